import { originPolicy } from "../../../src/server/http/origins";

const isAllowed = originPolicy(["https://shop.example", "http://localhost:*"]);

it.each(["https://shop.example", "http://localhost", "http://localhost:5173"])(
  "lets %s in",
  (origin) => {
    expect(isAllowed(origin)).toBe(true);
  },
);

it.each([
  "",
  "null",
  "http://shop.example",
  "https://shop.example:8443",
  "https://shop.example.evil.example",
  "https://evil.example",
  "http://localhost:5173.evil.example",
  "http://localhost.evil.example",
  "http://localhost:",
  "https://localhost:5173",
])("keeps %p out", (origin) => {
  expect(isAllowed(origin)).toBe(false);
});
