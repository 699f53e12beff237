// A program that books, with a client made from the API's description. It is checked for its types
// and never run; each `@ts-expect-error` fails the check where the description lets it pass.
import createClient from "openapi-fetch";
import type { components, paths } from "clinic-api";

type Status = components["schemas"]["AppointmentStatus"];
type Problem = components["schemas"]["Problem"];

const clinic = createClient<paths>({ baseUrl: "https://book.example.org" });

export async function book(): Promise<Status> {
  const found = await clinic.GET("/api/v1/slots", {
    params: { query: { visit_type: "new-patient", from: "2026-11-23", to: "2026-11-27" } },
  });
  if (!found.data) throw new Error(words(found.error));

  const held = await clinic.POST("/api/v1/appointments", {
    params: { header: { "Idempotency-Key": "a-key-of-sixteen-characters" } },
    body: {
      visit_type: "new-patient",
      start: found.data.slots[0].start,
      patient: { name: "Ana O'Neil", phone: "(419) 555-0123", language: "es" },
      consent: { sms: true, email: false },
    },
  });
  if (!held.data) {
    const others: string[] = (held.error.alternatives ?? []).map((other) => other.start);
    throw new Error(`${words(held.error)} ${others.join(", ")}`);
  }

  const path = { token: held.data.token };
  const booked = await clinic.POST("/api/v1/appointments/{token}/verify", {
    params: { path },
    body: { code: "123456" },
  });
  if (!booked.data) throw new Error(words(booked.error));
  const status: Status = booked.data.status;
  // @ts-expect-error  A status that there is not.
  if (status === "canceled") throw new Error();

  await clinic.POST("/api/v1/appointments/{token}/reschedule", {
    params: { path },
    body: { start: found.data.slots[1].start, version: booked.data.version },
  });
  await clinic.POST("/api/v1/appointments/{token}/cancel", {
    params: { path },
    body: { reason: "Better already" },
  });
  return status;
}

export function bookNobody() {
  return clinic.POST("/api/v1/appointments", {
    // @ts-expect-error  Nobody is coming.
    body: { visit_type: "new-patient", start: "2026-11-24T10:00:00-05:00" },
  });
}

function words(problem: Problem): string {
  return `${problem.title}: ${problem.errors.map((error) => error.message).join(" ")}`;
}
