import "../require-node";
import "./start";
