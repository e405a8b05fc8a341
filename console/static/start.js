// Switches on what GOV.UK Frontend adds where JavaScript runs; every page works without it.
import { initAll } from "/assets/govuk-frontend.min.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();
