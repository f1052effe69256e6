// Behaviours of every page, by attributes. ES modules, no build step.
import { startFloats } from "./floats.js";
import { startForms } from "./forms.js";
import { startKeys } from "./keys.js";
import { startLists } from "./lists.js";
import { startLooks } from "./looks.js";
import { startToasts } from "./toast.js";
import { startVeils } from "./veils.js";

startFloats();
startForms();
startKeys();
startLists();
startLooks();
startToasts();
startVeils();
