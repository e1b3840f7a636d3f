import { buildSchema, getIntrospectionQuery, parse } from "graphql";
import { DocumentCache } from "../../../src/server/graphql/document-cache";
import { parseOptions } from "../../../src/server/graphql/document-rules";

const schema = buildSchema(`
  type Query { a: A b: String }
  type A { a: A b: String }
`);
const documents = new DocumentCache(schema);

it("lets GraphQL's own introspection query pass, with everything that it can ask for", () => {
  const query = getIntrospectionQuery({
    descriptions: true,
    specifiedByUrl: true,
    directiveIsRepeatable: true,
    schemaDescription: true,
    inputValueDeprecation: true,
    oneOf: true,
  });
  expect(() => parse(query, parseOptions)).not.toThrow();
  expect(documents.read(query)).toHaveProperty("kind", "Document");
});

it("stops schemas that are asked for in circles", () => {
  const query = `{ __schema { types { ${"fields { type { ".repeat(4)} name ${"} } ".repeat(4)} } } }`;
  expect(documents.read(query)).toMatchObject([
    { message: "Maximum introspection depth exceeded" },
  ]);
});

it("remembers good documents and no others", () => {
  expect(documents.read("{ b }")).toBe(documents.read("{ b }"));
  expect(documents.read("{ c }")).not.toBe(documents.read("{ c }"));
  for (let i = 0; i < 600; i++) documents.read(`query Q${i} { b }`);
  expect(documents.read("query Q599 { b }")).toBe(documents.read("query Q599 { b }"));
});

it("counts what fragments hide", () => {
  const aliases = Array.from({ length: 6 }, (_, i) => `a${i}: b`).join(" ");
  const twice = `{ a { ...F } x: a { ...F } y: a { ...F } } fragment F on A { ${aliases} }`;
  expect(documents.read(twice)).toMatchObject([{ message: "The document has too many aliases." }]);
});
