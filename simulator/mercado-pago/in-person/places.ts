import type { JsonObject } from "../../core/json-body";
import { ApiError } from "../errors";
import type { SiteId } from "../sites";
import type { World } from "../world";
import type { PointOfSale } from "./model";

/** A refusal of the calls for stores and points of sale; its cause is a word. */
export function placeRefusal(status: number, code: string, message: string): ApiError {
  const word = status === 404 ? "not_found" : status === 409 ? "conflict" : "bad_request";
  return new ApiError(status, word, message, [{ code, description: message, data: null }]);
}

/**
 * A part of the provider's closed list of states and cities, which is full of accents. What is not in it is
 * refused, as the real list does with every spelling of its own.
 */
export const knownPlaces: Record<SiteId, Record<string, readonly string[]>> = {
  MLA: {
    "Capital Federal": ["Palermo", "Belgrano", "Recoleta", "Núñez"],
    "Buenos Aires": ["La Plata", "Morón"],
    Córdoba: ["Córdoba"],
    Neuquén: ["Neuquén"],
  },
  MLB: {
    "São Paulo": ["São Paulo", "Campinas"],
    "Rio de Janeiro": ["Rio de Janeiro", "Niterói"],
    Paraná: ["Curitiba"],
  },
  MLM: {
    "Distrito Federal": ["Benito Juárez", "Coyoacán", "Cuauhtémoc"],
    Jalisco: ["Guadalajara"],
    "Nuevo León": ["Monterrey"],
  },
  MLC: {
    "RM (Metropolitana)": ["Santiago Centro", "Ñuñoa", "Providencia"],
    Valparaíso: ["Valparaíso", "Viña del Mar"],
  },
  MCO: { "Bogotá D.C.": ["Usaquén", "Chapinero"], Antioquia: ["Medellín"] },
  MPE: { Lima: ["Miraflores", "San Isidro"], Áncash: ["Huaraz"] },
  MLU: { Montevideo: ["Pocitos", "Centro"], Paysandú: ["Paysandú"] },
};

/** The pictures of a printed code, as they can be fetched from the simulator. */
export function viewQr(world: World, pos: PointOfSale): JsonObject {
  const base = `${world.baseUrl}/demo/pos/${pos.id}`;
  return {
    image: `${base}/qr.png`,
    template_document: `${base}/poster.pdf`,
    template_image: `${base}/poster.svg`,
  };
}

export function removePos(world: World, posId: number): void {
  const { inPerson } = world;
  inPerson.pointsOfSale.delete(posId);
  for (const reader of inPerson.readers.values()) if (reader.posId === posId) reader.posId = null;
  world.changed();
}
