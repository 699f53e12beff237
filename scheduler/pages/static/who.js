// A browser offers the data of who sits at it for the patient's fields, as long as that is one
// person.
const own = { id_name: "name", id_date_of_birth: "bday" };
for (const choice of document.querySelectorAll("[name=who]")) {
  choice.addEventListener("change", () => {
    for (const [id, kind] of Object.entries(own)) {
      document.getElementById(id).autocomplete = choice.value === "me" ? kind : "off";
    }
  });
}
