/** Where the making of a test user stands. UNKNOWN is final: nobody can find out. */
export type TestUserStatus = "PROCESSING" | "CREATED" | "UNKNOWN" | "FAILED";
