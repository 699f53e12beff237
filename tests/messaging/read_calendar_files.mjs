// Reads a JSON list of calendar files, and writes when the visit of each begins and ends, in epoch
// seconds, as ical.js understands it: the parser of Thunderbird and of many calendars on the web.
import { readFileSync } from "node:fs";
import ICAL from "ical.js";

const files = JSON.parse(readFileSync(0, "utf8"));
const visits = files.map((file) => {
  const calendar = new ICAL.Component(ICAL.parse(file));
  const visit = new ICAL.Event(calendar.getFirstSubcomponent("vevent"));
  return [visit.startDate.toUnixTime(), visit.endDate.toUnixTime()];
});
process.stdout.write(JSON.stringify(visits));
