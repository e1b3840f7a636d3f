import { make } from "../dom";
import { dateAndTime, say } from "../language";

const dayMs = 24 * 60 * 60_000;

/** How long there is to pay: a clock within a day, a date beyond. Nothing where the provider tells none. */
export function countdown(expiresAt: string | null): HTMLElement {
  const place = make("p", { class: "countdown", role: "timer" });
  if (expiresAt === null) return place;
  const endsAt = Date.parse(expiresAt);
  if (endsAt - Date.now() > dayMs) {
    return say(place, (words) => words.next.payUntil(dateAndTime(expiresAt)));
  }
  const tick = () => {
    const seconds = Math.max(0, Math.ceil((endsAt - Date.now()) / 1_000));
    const isOver = seconds === 0;
    say(place, ({ next }) => (isOver ? next.timeOver : next.timeLeft(clockOf(seconds))));
    place.classList.toggle("short", seconds < 60);
    // The first look comes before the place is on the page.
    if (isOver) clearInterval(timer);
  };
  const timer = setInterval(() => (place.isConnected ? tick() : clearInterval(timer)), 1_000);
  tick();
  return place;
}

function clockOf(seconds: number): string {
  const parts = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  const shown = parts[0] === 0 ? parts.slice(1) : parts;
  return shown.map((part) => String(part).padStart(2, "0")).join(":");
}
