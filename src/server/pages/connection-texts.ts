export type PageLanguage = "en" | "es" | "pt";

type Text = readonly [title: string, text: string];

/** What the page says on which a seller ends up. Its readers are shopkeepers, not developers. */
export interface ConnectionText {
  readonly connected: Text;
  readonly denied: Text;
  readonly used: Text;
  readonly expired: Text;
  readonly invalid: Text;
  readonly taken: Text;
  readonly unsuitable: Text;
  readonly failed: Text;
}

export const connectionTexts: Readonly<Record<PageLanguage, ConnectionText>> = {
  en: {
    connected: ["Connected", "Your account is connected. You can close this page."],
    denied: ["Not connected", "You did not agree, so nothing was changed."],
    used: [
      "Link already used",
      "This link works once. If you are not connected, ask for a new one.",
    ],
    expired: ["Link expired", "It took too long. Ask for a new link and try again."],
    invalid: ["Link not valid", "We do not know this link. Ask for a new one and try again."],
    taken: [
      "Not connected",
      "This account belongs to another seller here. Log in with your own account, or ask the marketplace.",
    ],
    unsuitable: [
      "Not connected",
      "This account is of another country than your shop. Log in with another account.",
    ],
    failed: ["Not connected", "Something went wrong, and nothing was changed. Ask for a new link."],
  },
  es: {
    connected: ["Cuenta conectada", "Tu cuenta está conectada. Puedes cerrar esta página."],
    denied: ["Cuenta no conectada", "No diste tu permiso, así que no cambió nada."],
    used: [
      "Enlace ya usado",
      "Este enlace sirve una sola vez. Si tu cuenta no está conectada, pide otro.",
    ],
    expired: [
      "Enlace vencido",
      "Pasó demasiado tiempo. Pide un enlace nuevo y vuelve a intentarlo.",
    ],
    invalid: ["Enlace no válido", "No conocemos este enlace. Pide otro y vuelve a intentarlo."],
    taken: [
      "Cuenta no conectada",
      "Esta cuenta pertenece a otro vendedor. Entra con tu propia cuenta o consulta al marketplace.",
    ],
    unsuitable: [
      "Cuenta no conectada",
      "Esta cuenta es de otro país que tu tienda. Entra con otra cuenta.",
    ],
    failed: ["Cuenta no conectada", "Algo salió mal y no cambió nada. Pide un enlace nuevo."],
  },
  pt: {
    connected: ["Conta conectada", "Sua conta está conectada. Você pode fechar esta página."],
    denied: ["Conta não conectada", "Você não deu sua permissão; nada mudou."],
    used: [
      "Link já usado",
      "Este link funciona uma só vez. Se a conta não está conectada, peça outro.",
    ],
    expired: ["Link expirado", "Demorou demais. Peça um novo link e tente outra vez."],
    invalid: ["Link inválido", "Não conhecemos este link. Peça outro e tente outra vez."],
    taken: [
      "Conta não conectada",
      "Esta conta pertence a outro vendedor. Entre com a sua própria conta ou fale com o marketplace.",
    ],
    unsuitable: [
      "Conta não conectada",
      "Esta conta é de outro país que a sua loja. Entre com outra conta.",
    ],
    failed: ["Conta não conectada", "Algo deu errado e nada mudou. Peça um novo link."],
  },
};
