import { goldenOf } from "../golden";

export const { golden, goldenText } = goldenOf("mercado-pago");
