const firstLook = `query FirstLook {
  viewer {
    role
    mayMoveMoney
  }
  sellers {
    edges {
      node {
        id
        name
        accounts {
          provider
          status
          publicKey
        }
      }
    }
  }
  payments(first: 5) {
    edges {
      node {
        id
        status
        amount {
          formatted
        }
        createdAt
        rejection {
          advice
          buyerMessage
        }
      }
    }
  }
}
`;

const watch = (sellerId: string) => `subscription Watch {
  paymentUpdated(sellerId: "${sellerId}") {
    status
    cursor
    payment {
      id
      amount {
        formatted
      }
      refundedAmount {
        formatted
      }
    }
  }
}
`;

/** What an explorer opens with. */
export interface FirstDocument {
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The demo has a key and a seller to fill in; both are there wherever its key is. Elsewhere people bring their own. */
export function firstDocument(demoCredential: string | undefined): FirstDocument {
  if (demoCredential === undefined) {
    return {
      query: `# Put a key of yours into the headers, in place of YOUR_API_KEY. Then press play.
${firstLook}
# Put the id of a seller in place of SELLER_ID. Then play this one, and watch the seller's payments while they happen.
${watch("SELLER_ID")}`,
      headers: { authorization: "Bearer YOUR_API_KEY" },
    };
  }
  return {
    query: `# The headers hold the key of the demo marketplace already. Press play.
${firstLook}
# Play this one and leave it on. Then paste the first payment of README.md into a shell, and watch it here.
${watch("sel_000000000000000000000DEM0A")}`,
    headers: { authorization: `Bearer ${demoCredential}` },
  };
}
