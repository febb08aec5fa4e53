export * from "@doorstep/client";
