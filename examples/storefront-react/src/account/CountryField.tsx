import { useContext, useId } from "react";
import { Refused } from "../parts/Form";

/** Where the made-up carrier sails to; the server takes every ISO 3166 code. */
const countries = {
  BE: "Belgium",
  DK: "Denmark",
  FO: "Faroe Islands",
  FR: "France",
  DE: "Germany",
  IS: "Iceland",
  IE: "Ireland",
  NL: "Netherlands",
  NO: "Norway",
  PT: "Portugal",
  SE: "Sweden",
  GB: "United Kingdom",
} as const;

export function countryName(code: string): string {
  return (countries as Readonly<Record<string, string>>)[code] ?? code;
}

export function CountryField({ defaultValue }: { defaultValue: string }) {
  const id = useId();
  const problem = useContext(Refused).country;
  const known = defaultValue in countries;
  return (
    <div className="form-row">
      <label htmlFor={id}>Country</label>
      <select
        id={id}
        name="country"
        autoComplete="country"
        defaultValue={defaultValue}
        aria-invalid={problem ? true : undefined}
        aria-describedby={problem ? `${id}-error` : undefined}
      >
        {!known && <option value={defaultValue}>{defaultValue}</option>}
        {Object.entries(countries).map(([code, name]) => (
          <option key={code} value={code}>
            {name}
          </option>
        ))}
      </select>
      <p className="error" id={`${id}-error`} role="alert">
        {problem}
      </p>
    </div>
  );
}
