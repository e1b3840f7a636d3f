/** Makes TypeScript of a schema and of a document, a file each: `node codegen.cjs <schema> <document> <folder>`. */
const { readFileSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const { codegen } = require("@graphql-codegen/core");
const { parse } = require("graphql");

const [schemaFile, documentFile, folder] = process.argv.slice(2);
const text = "string";
const config = {
  // What is not named here would be an error, and not become `any` behind a partner's back.
  strictScalars: true,
  scalars: {
    ...{ CurrencyCode: text, Cursor: text, DateTime: text, Decimal: text, EmailAddress: text },
    ...{ JSONObject: "Record<string, unknown>", URL: text },
  },
};

const plugins = {
  types: require("@graphql-codegen/typescript"),
  operations: require("@graphql-codegen/typescript-operations"),
};

async function make(name) {
  const filename = join(folder, `${name}.ts`);
  const code = await codegen({
    filename,
    schema: parse(readFileSync(schemaFile, "utf8")),
    documents: [{ location: documentFile, document: parse(readFileSync(documentFile, "utf8")) }],
    config,
    plugins: [{ [name]: {} }],
    pluginMap: plugins,
  });
  writeFileSync(filename, code);
}

void Promise.all(Object.keys(plugins).map(make));
