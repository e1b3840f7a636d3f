import { recordNew } from "./landed-migrations";

const added = recordNew();
console.log(added.length === 0 ? "nothing new" : `recorded: ${added.join(", ")}`);
