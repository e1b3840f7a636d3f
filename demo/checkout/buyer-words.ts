/** What the buyer reads. Why a card was declined is told by the gateway, in the same languages. */
export const languages = ["EN", "ES", "PT", "PL"] as const;
export type Language = (typeof languages)[number];

/** Every status of a payment: whether more will come by itself while the payment is in it. */
export const changesByItself = {
  PROCESSING: true,
  PENDING: true,
  IN_REVIEW: true,
  UNKNOWN: true,
  AUTHORIZED: false,
  APPROVED: false,
  REJECTED: false,
  CANCELLED: false,
  EXPIRED: false,
  FAILED: false,
  PARTIALLY_REFUNDED: false,
  REFUNDED: false,
  IN_DISPUTE: false,
  CHARGED_BACK: false,
} as const;
export type Status = keyof typeof changesByItself;

export type Advice =
  | "CORRECT_AND_RETRY"
  | "USE_OTHER_METHOD"
  | "CALL_ISSUER"
  | "WAIT"
  | "DO_NOT_RETRY";

export type Category = "DATA_ENTRY" | "ISSUER" | "FRAUD_PREVENTION" | "PROVIDER";

interface Words {
  readonly statuses: Readonly<Record<Status, string>>;
  /** What to do after a decline. */
  readonly remedies: Readonly<Record<Advice, string>>;
  /** Whose side a decline comes from. */
  readonly categories: Readonly<Record<Category, string>>;
}

export const words: Readonly<Record<Language, Words>> = {
  EN: {
    statuses: {
      PROCESSING: "Being processed",
      PENDING: "Waiting for you",
      IN_REVIEW: "Being reviewed; you need not do anything",
      AUTHORIZED: "The amount is reserved",
      APPROVED: "Paid. Thank you!",
      REJECTED: "Declined",
      CANCELLED: "Cancelled",
      EXPIRED: "Expired",
      UNKNOWN: "We are finding out whether it was paid. Please do not pay again",
      FAILED: "It did not work, and nothing was taken. Please try again",
      PARTIALLY_REFUNDED: "Paid, and partly refunded",
      REFUNDED: "Refunded",
      IN_DISPUTE: "In dispute",
      CHARGED_BACK: "Charged back",
    },
    remedies: {
      CORRECT_AND_RETRY: "Correct the marked field and press pay again.",
      USE_OTHER_METHOD: "Try another card.",
      CALL_ISSUER: "Call your bank to authorize it, then press pay again.",
      WAIT: "Wait a while before you try again.",
      DO_NOT_RETRY: "This card will not be accepted. Please use another one.",
    },
    categories: {
      DATA_ENTRY: "Something was typed wrongly",
      ISSUER: "Answer of your bank",
      FRAUD_PREVENTION: "Security check",
      PROVIDER: "Answer of the payment service",
    },
  },
  ES: {
    statuses: {
      PROCESSING: "Procesando",
      PENDING: "Esperando tu pago",
      IN_REVIEW: "En revisión; no tenés que hacer nada",
      AUTHORIZED: "El monto está reservado",
      APPROVED: "Pagado. ¡Gracias!",
      REJECTED: "Rechazado",
      CANCELLED: "Cancelado",
      EXPIRED: "Vencido",
      UNKNOWN: "Estamos averiguando si se pagó. No vuelvas a pagar",
      FAILED: "No funcionó y no se cobró nada. Intentá de nuevo",
      PARTIALLY_REFUNDED: "Pagado y devuelto en parte",
      REFUNDED: "Devuelto",
      IN_DISPUTE: "En disputa",
      CHARGED_BACK: "Contracargo",
    },
    remedies: {
      CORRECT_AND_RETRY: "Corregí el campo marcado y volvé a pagar.",
      USE_OTHER_METHOD: "Probá con otra tarjeta.",
      CALL_ISSUER: "Llamá a tu banco para autorizarlo y volvé a pagar.",
      WAIT: "Esperá un rato antes de volver a intentar.",
      DO_NOT_RETRY: "Esta tarjeta no será aceptada. Usá otra.",
    },
    categories: {
      DATA_ENTRY: "Hay un dato mal escrito",
      ISSUER: "Respuesta de tu banco",
      FRAUD_PREVENTION: "Control de seguridad",
      PROVIDER: "Respuesta del servicio de pagos",
    },
  },
  PT: {
    statuses: {
      PROCESSING: "Em processamento",
      PENDING: "Aguardando seu pagamento",
      IN_REVIEW: "Em análise; você não precisa fazer nada",
      AUTHORIZED: "O valor está reservado",
      APPROVED: "Pago. Obrigado!",
      REJECTED: "Recusado",
      CANCELLED: "Cancelado",
      EXPIRED: "Expirado",
      UNKNOWN: "Estamos verificando se foi pago. Não pague de novo",
      FAILED: "Não deu certo e nada foi cobrado. Tente de novo",
      PARTIALLY_REFUNDED: "Pago e devolvido em parte",
      REFUNDED: "Devolvido",
      IN_DISPUTE: "Em disputa",
      CHARGED_BACK: "Estornado pelo banco",
    },
    remedies: {
      CORRECT_AND_RETRY: "Corrija o campo marcado e pague de novo.",
      USE_OTHER_METHOD: "Tente outro cartão.",
      CALL_ISSUER: "Ligue para o seu banco para autorizar e pague de novo.",
      WAIT: "Espere um pouco antes de tentar de novo.",
      DO_NOT_RETRY: "Este cartão não será aceito. Use outro.",
    },
    categories: {
      DATA_ENTRY: "Há um dado errado",
      ISSUER: "Resposta do seu banco",
      FRAUD_PREVENTION: "Verificação de segurança",
      PROVIDER: "Resposta do serviço de pagamentos",
    },
  },
  PL: {
    statuses: {
      PROCESSING: "W trakcie",
      PENDING: "Czeka na Twoją wpłatę",
      IN_REVIEW: "Sprawdzana; nie musisz nic robić",
      AUTHORIZED: "Kwota jest zarezerwowana",
      APPROVED: "Zapłacono. Dziękujemy!",
      REJECTED: "Odrzucona",
      CANCELLED: "Anulowana",
      EXPIRED: "Wygasła",
      UNKNOWN: "Sprawdzamy, czy zapłacono. Nie płać ponownie",
      FAILED: "Nie udało się i nic nie pobrano. Spróbuj ponownie",
      PARTIALLY_REFUNDED: "Zapłacono i częściowo zwrócono",
      REFUNDED: "Zwrócono",
      IN_DISPUTE: "Spór w toku",
      CHARGED_BACK: "Obciążenie zwrotne",
    },
    remedies: {
      CORRECT_AND_RETRY: "Popraw zaznaczone pole i zapłać ponownie.",
      USE_OTHER_METHOD: "Spróbuj innej karty.",
      CALL_ISSUER: "Zadzwoń do banku, aby autoryzować płatność, i zapłać ponownie.",
      WAIT: "Odczekaj chwilę, zanim spróbujesz ponownie.",
      DO_NOT_RETRY: "Ta karta nie zostanie przyjęta. Użyj innej.",
    },
    categories: {
      DATA_ENTRY: "Błąd w danych",
      ISSUER: "Odpowiedź banku",
      FRAUD_PREVENTION: "Kontrola bezpieczeństwa",
      PROVIDER: "Odpowiedź operatora płatności",
    },
  },
};
