// The camera for pages that need it now and then: loaded when somebody first asks for it.
import { startCamera } from "./_camera.js";

globalThis.clubsalesCamera = startCamera;
