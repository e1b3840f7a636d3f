/** What Sandbox and GraphiQL open with. */
export const firstDocument = `# Press the play button. The key of the demo marketplace is in the headers already.
query FirstLook {
  viewer {
    __typename
  }
}
`;
