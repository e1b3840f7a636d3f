import { CreateInitialSchema1763700000000 } from "./1763700000000-create-initial-schema";

/** Every step, oldest first. A step is never edited once it has been merged. */
export const migrations = [CreateInitialSchema1763700000000];
