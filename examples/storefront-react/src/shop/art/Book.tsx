export function Book() {
  return (
    <>
      <path className="shade" d="M118 90h184l20 20v232H138z" />
      <path className="cream" d="M110 84h186v246H110z" />
      <path className="page-lines" d="M292 92v232M288 92v232M284 92v232" />
      <path className="sea-deep" d="M98 72h176a8 8 0 0 1 8 8v236a8 8 0 0 1-8 8H98z" />
      <path className="sea" d="M98 72h28v252H98z" />
      <path className="cream" d="M152 108h104v62H152z" />
      <path className="line-ink-thin" d="M166 130h76M166 148h50" />
      <g className="line-foam">
        <path d="M152 232c14-12 26-12 38 0s26 12 38 0 20-10 28-4M152 256c14-12 26-12 38 0s26 12 38 0 20-10 28-4M152 280c14-12 26-12 38 0s26 12 38 0 20-10 28-4" />
      </g>
      <path className="red" d="M228 324h16v46l-8-9-8 9z" />
      <path className="brass" d="M318 110l14 4-46 206-14-4z" />
      <path className="ink" d="M272 316l14 4-10 17z" />
      <path className="red" d="M321 96l14 4-3 14-14-4z" />
    </>
  );
}
