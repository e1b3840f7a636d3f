import {
  judgeTransferMove,
  type TransferStatus,
  transferStatuses,
} from "../../../src/domain/transfer";

/** What may follow each status, written down here a second time, apart from the table under test. */
const followers: Record<TransferStatus, string> = {
  PROCESSING: "UNKNOWN COMPLETED FAILED",
  UNKNOWN: "COMPLETED FAILED",
  COMPLETED: "",
  FAILED: "",
};
const pairs = transferStatuses.flatMap((from) => transferStatuses.map((to) => [from, to] as const));

test.each(pairs)("a transfer's move from %s to %s is as the table says", (from, to) => {
  expect(judgeTransferMove(from, to, false) === "ALLOWED").toBe(
    followers[from].split(" ").includes(to),
  );
});
