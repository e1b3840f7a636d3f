import { type ApolloClient, gql, type TypedDocumentNode } from "@apollo/client";
import { Refused, type UserError } from "./gateway";

const watchTokenMutation: TypedDocumentNode<{
  createWatchToken: { credential: string | null; userErrors: UserError[] };
}> = gql`
  mutation WatchToken($paymentId: ID!) {
    createWatchToken(input: { paymentId: $paymentId }) {
      credential
      userErrors {
        code
        path
      }
    }
  }
`;

/** Lets the browser watch this one payment for half an hour, and do nothing else. */
export async function makeWatchToken(gateway: ApolloClient, paymentId: string): Promise<string> {
  const { data } = await gateway.mutate({
    mutation: watchTokenMutation,
    variables: { paymentId },
  });
  const { credential, userErrors } = data?.createWatchToken ?? {};
  if (!credential) throw new Refused(userErrors ?? []);
  return credential;
}
