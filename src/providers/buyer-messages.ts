import type { Language } from "../domain/rejection";

/**
 * What a buyer reads after a decline: what happened, as far as it may be told, and what to do next. Nothing
 * hints at fraud scoring. Each is said once, so that alike declines sound alike.
 */
export const buyerMessages = {
  cardNumber: {
    EN: "The card number does not look right. Please check it and try again.",
    ES: "El número de la tarjeta no parece correcto. Revísalo e inténtalo de nuevo.",
    PT: "O número do cartão não parece correto. Confira e tente de novo.",
    PL: "Numer karty wygląda na błędny. Sprawdź go i spróbuj ponownie.",
  },
  expiry: {
    EN: "The expiration date does not match the card. Please check it and try again.",
    ES: "La fecha de vencimiento no coincide con la tarjeta. Revísala e inténtalo de nuevo.",
    PT: "A data de validade não confere com o cartão. Confira e tente de novo.",
    PL: "Data ważności nie zgadza się z kartą. Sprawdź ją i spróbuj ponownie.",
  },
  securityCode: {
    EN: "The security code does not match the card. Please check it and try again.",
    ES: "El código de seguridad no coincide con la tarjeta. Revísalo e inténtalo de nuevo.",
    PT: "O código de segurança não confere com o cartão. Confira e tente de novo.",
    PL: "Kod zabezpieczający nie zgadza się z kartą. Sprawdź go i spróbuj ponownie.",
  },
  cardForm: {
    EN: "Some of the card details do not match. Please check them and try again.",
    ES: "Algunos datos de la tarjeta no coinciden. Revísalos e inténtalo de nuevo.",
    PT: "Alguns dados do cartão não conferem. Confira e tente de novo.",
    PL: "Niektóre dane karty się nie zgadzają. Sprawdź je i spróbuj ponownie.",
  },
  payerData: {
    EN: "Some of your details are missing. Please complete them and try again.",
    ES: "Faltan algunos de tus datos. Complétalos e inténtalo de nuevo.",
    PT: "Faltam alguns dos seus dados. Complete-os e tente de novo.",
    PL: "Brakuje niektórych Twoich danych. Uzupełnij je i spróbuj ponownie.",
  },
  authorize: {
    EN: "Your bank wants you to approve this payment first. Please contact your bank, then try again.",
    ES: "Tu banco necesita que autorices este pago. Comunícate con él y vuelve a intentarlo.",
    PT: "Seu banco precisa que você autorize este pagamento. Fale com ele e tente de novo.",
    PL: "Twój bank wymaga potwierdzenia tej płatności. Skontaktuj się z bankiem i spróbuj ponownie.",
  },
  disabledCard: {
    EN: "Your card is not active. Please ask your bank to activate it, or use another card.",
    ES: "Tu tarjeta no está activa. Pide a tu banco que la active o usa otra tarjeta.",
    PT: "Seu cartão não está ativo. Peça ao seu banco para ativá-lo ou use outro cartão.",
    PL: "Twoja karta jest nieaktywna. Poproś bank o jej aktywację albo użyj innej karty.",
  },
  duplicate: {
    EN: "You already made a payment of this amount. If you need to pay again, please use another card or method.",
    ES: "Ya hiciste un pago por este importe. Si necesitas pagar otra vez, usa otra tarjeta u otro medio de pago.",
    PT: "Você já fez um pagamento deste valor. Se precisar pagar de novo, use outro cartão ou meio de pagamento.",
    PL: "Płatność na tę kwotę już została wykonana. Jeśli chcesz zapłacić ponownie, użyj innej karty lub metody.",
  },
  funds: {
    EN: "There are not enough funds for this payment. Please use another card or payment method.",
    ES: "No hay fondos suficientes para este pago. Usa otra tarjeta u otro medio de pago.",
    PT: "Não há saldo suficiente para este pagamento. Use outro cartão ou meio de pagamento.",
    PL: "Brak wystarczających środków na tę płatność. Użyj innej karty lub metody płatności.",
  },
  installments: {
    EN: "Your card does not offer this number of instalments. Please choose another number.",
    ES: "Tu tarjeta no permite esta cantidad de cuotas. Elige otra cantidad.",
    PT: "Seu cartão não aceita esse número de parcelas. Escolha outro número.",
    PL: "Twoja karta nie obsługuje tej liczby rat. Wybierz inną liczbę.",
  },
  attempts: {
    EN: "You have reached the limit of attempts with this card. Please use another card or payment method.",
    ES: "Llegaste al límite de intentos con esta tarjeta. Usa otra tarjeta u otro medio de pago.",
    PT: "Você atingiu o limite de tentativas com este cartão. Use outro cartão ou meio de pagamento.",
    PL: "Wykorzystano limit prób dla tej karty. Użyj innej karty lub metody płatności.",
  },
  security: {
    EN: "This payment was not accepted. Please choose another way to pay, ideally one without a card.",
    ES: "Este pago no fue aceptado. Elige otra forma de pagar, de preferencia sin tarjeta.",
    PT: "Este pagamento não foi aceito. Escolha outra forma de pagar, de preferência sem cartão.",
    PL: "Ta płatność nie została przyjęta. Wybierz inny sposób zapłaty, najlepiej bez karty.",
  },
  refusedCard: {
    EN: "Your card could not be charged. Please use another card or payment method, or contact your bank.",
    ES: "No se pudo cobrar a tu tarjeta. Usa otra tarjeta u otro medio de pago, o consulta a tu banco.",
    PT: "Não foi possível cobrar no seu cartão. Use outro cartão ou meio de pagamento, ou fale com seu banco.",
    PL: "Nie udało się obciążyć Twojej karty. Użyj innej karty lub metody płatności albo skontaktuj się z bankiem.",
  },
  creditOff: {
    EN: "Credit is not enabled on this card. Please use another card, or ask your bank to enable it.",
    ES: "Esta tarjeta no tiene habilitado el crédito. Usa otra tarjeta o pide a tu banco que lo habilite.",
    PT: "A função crédito não está habilitada neste cartão. Use outro cartão ou peça ao seu banco para habilitá-la.",
    PL: "Ta karta nie ma włączonej funkcji kredytowej. Użyj innej karty albo poproś bank o jej włączenie.",
  },
  challenge: {
    EN: "Your bank could not confirm that it is you. Please try again and finish the check, or use another card.",
    ES: "Tu banco no pudo confirmar tu identidad. Inténtalo de nuevo y completa la verificación, o usa otra tarjeta.",
    PT: "Seu banco não conseguiu confirmar sua identidade. Tente de novo e conclua a verificação, ou use outro cartão.",
    PL: "Bank nie mógł potwierdzić Twojej tożsamości. Spróbuj ponownie i dokończ weryfikację albo użyj innej karty.",
  },
  verification: {
    EN: "This card needs an extra security check that is not available here. Please use another card or payment method.",
    ES: "Esta tarjeta requiere una verificación adicional que aquí no está disponible. Usa otra tarjeta u otro medio de pago.",
    PT: "Este cartão exige uma verificação adicional que não está disponível aqui. Use outro cartão ou meio de pagamento.",
    PL: "Ta karta wymaga dodatkowej weryfikacji, która nie jest tu dostępna. Użyj innej karty lub metody płatności.",
  },
  refusedByBank: {
    EN: "Your bank did not accept this payment. Please use another payment method, or contact your bank.",
    ES: "Tu banco no aceptó este pago. Usa otro medio de pago o consulta a tu banco.",
    PT: "Seu banco não aceitou este pagamento. Use outro meio de pagamento ou fale com seu banco.",
    PL: "Twój bank nie przyjął tej płatności. Użyj innej metody płatności albo skontaktuj się z bankiem.",
  },
  final: {
    EN: "This payment cannot be accepted, and trying again will not help. Please contact the shop.",
    ES: "Este pago no puede aceptarse y volver a intentarlo no servirá. Comunícate con la tienda.",
    PT: "Este pagamento não pode ser aceito e tentar de novo não vai ajudar. Fale com a loja.",
    PL: "Tej płatności nie można przyjąć, a ponowna próba nie pomoże. Skontaktuj się ze sklepem.",
  },
  later: {
    EN: "Your bank did not answer in time. Please wait a few minutes and try again.",
    ES: "Tu banco no respondió a tiempo. Espera unos minutos e inténtalo de nuevo.",
    PT: "Seu banco não respondeu a tempo. Espere alguns minutos e tente de novo.",
    PL: "Twój bank nie odpowiedział na czas. Odczekaj kilka minut i spróbuj ponownie.",
  },
  otherMethod: {
    EN: "The payment did not go through. Please try another payment method.",
    ES: "No se pudo completar el pago. Prueba con otro medio de pago.",
    PT: "Não foi possível concluir o pagamento. Tente outro meio de pagamento.",
    PL: "Płatność nie powiodła się. Spróbuj innej metody płatności.",
  },
} as const satisfies Record<string, Readonly<Record<Language, string>>>;

export type BuyerMessageName = keyof typeof buyerMessages;
