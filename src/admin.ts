import "../require-node";
import "./operator-commands";
