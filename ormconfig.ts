import { comparableSource } from "./src/data-source";

/** What the TypeORM command line works on. */
export default comparableSource(process.env.DATABASE_URL ?? "sqlite:./data/gateway.sqlite");
