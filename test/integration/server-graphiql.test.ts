import type { Browser, Page } from "playwright-core";
import { describeInBrowser, launchBrowser } from "../support/browser";
import { startServer, type TestServer, until } from "./server-support";

/** GraphiQL in a real browser. */
describeInBrowser("GraphiQL", () => {
  let gateway: TestServer;
  let browser: Browser;
  let page: Page;
  const faults: string[] = [];
  const foreign: string[] = [];

  beforeAll(async () => {
    gateway = await startServer({ demoCredential: "good" });
    browser = await launchBrowser();
    page = await browser.newPage();
    page.on("pageerror", (error) => faults.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") faults.push(message.text());
    });
    page.on("request", (request) => {
      const { origin, protocol } = new URL(request.url());
      if (origin !== gateway.url && protocol !== "data:") foreign.push(request.url());
    });
    await page.goto(`${gateway.url}/graphiql`);
    await page.waitForSelector(".graphiql-query-editor .CodeMirror");
  });
  afterAll(async () => {
    await browser.close();
    await gateway.stop();
  });

  // All under the name of the first document: the editor learns of another name only after a while.
  const run = async (query: string) => {
    await page.evaluate(`document.querySelector(".graphiql-query-editor .CodeMirror").CodeMirror
      .setValue(${JSON.stringify(query)})`);
    // While it knows of the first document's two operations, the button opens a menu.
    await page.click(".graphiql-execute-button:not([aria-haspopup])");
  };
  // Not Playwright's own waiting: it evaluates text in the page, which the page's policy forbids.
  const shows = async (text: string) => {
    let shown = "";
    while (!shown.includes(text)) {
      shown = await page.evaluate(
        `document.querySelector(".result-window .CodeMirror")?.CodeMirror.getValue() ?? ""`,
      );
    }
  };

  it("opens with the first document and the demo key", async () => {
    const read = (editor: string) =>
      page.evaluate(`document.querySelector(".${editor} .CodeMirror").CodeMirror.getValue()`);
    expect(await read("graphiql-query-editor")).toContain("FirstLook");
    const headers = await page.evaluate(
      `[...document.querySelectorAll(".graphiql-editor .CodeMirror")].map((it) => it.CodeMirror.getValue())`,
    );
    expect(headers).toContainEqual(expect.stringContaining("Bearer good"));
  });

  it("runs a query", async () => {
    await run("query FirstLook { whoami }");
    await shows('"whoami": "MARKETPLACE"');
  });

  it("runs a subscription", async () => {
    await run("subscription FirstLook { ticked { number viewer } }");
    await until(() => gateway.ticks.subscribers === 1);
    gateway.ticks.publish({ number: 41 });
    await shows('"number": 41');
    gateway.ticks.publish({ number: 42 });
    await shows('"number": 42');
    await page.click(".graphiql-execute-button");
    await until(() => gateway.ticks.subscribers === 0);
  });

  it("shows why a subscription is refused", async () => {
    await run("subscription FirstLook { nothing }");
    await shows("Cannot query field");
  });

  it("asks nobody else for anything, and breaks no rule of its own policy", () => {
    expect(foreign).toEqual([]);
    expect(faults).toEqual([]);
  });
});

/** Where nothing is filled in, since the gateway knows no key to give away. */
describeInBrowser("GraphiQL in production", () => {
  let gateway: TestServer;
  let browser: Browser;
  let page: Page;
  const faults: string[] = [];

  beforeAll(async () => {
    gateway = await startServer({ settings: { environment: "production" } });
    browser = await launchBrowser();
    page = await browser.newPage();
    page.on("pageerror", (error) => faults.push(error.message));
    await page.goto(`${gateway.url}/graphiql`);
    await page.waitForSelector(".graphiql-query-editor .CodeMirror");
  });
  afterAll(async () => {
    await browser.close();
    await gateway.stop();
  });

  /** All editors and the result. */
  const texts = (): Promise<string[]> =>
    page.evaluate(
      `[...document.querySelectorAll(".CodeMirror")].map((it) => it.CodeMirror.getValue())`,
    );
  const shows = async (text: string) => {
    while (!(await texts()).some((shown) => shown.includes(text))) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const type = (marker: string, text: string) =>
    page.evaluate(`[...document.querySelectorAll(".CodeMirror")]
      .find((it) => it.CodeMirror.getValue().includes(${JSON.stringify(marker)}))
      .CodeMirror.setValue(${JSON.stringify(text)})`);
  const play = () => page.click(".graphiql-execute-button:not([aria-haspopup])");

  it("asks for a key and a seller, and speaks of no demo", async () => {
    const shown = await texts();
    expect(shown).toContainEqual(expect.stringContaining("Bearer YOUR_API_KEY"));
    expect(shown).toContainEqual(expect.stringContaining('sellerId: "SELLER_ID"'));
    expect(shown.join("\n")).not.toMatch(/demo|DEM0/i);
  });

  it("tells that the key is missing, and works with one", async () => {
    await type("FirstLook", "query FirstLook { whoami }");
    await play();
    await shows("UNAUTHENTICATED");
    await type("YOUR_API_KEY", '{ "authorization": "Bearer good" }');
    await play();
    await shows('"whoami": "MARKETPLACE"');
    expect(faults).toEqual([]);
  });
});
