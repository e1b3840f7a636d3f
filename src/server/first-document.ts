/**
 * What Sandbox and GraphiQL open with. The subscription names a seller of the demo, which is there wherever
 * the demo's key is filled in.
 */
export const firstDocument = `# The headers hold the key of the demo marketplace already. Press play.
query FirstLook {
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

# Play this one and leave it on. Then paste the first payment of README.md into a shell, and watch it here.
subscription Watch {
  paymentUpdated(sellerId: "sel_000000000000000000000DEM0A") {
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
