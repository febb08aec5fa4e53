export function Lantern() {
  return (
    <>
      <circle className="halo" cx="200" cy="212" r="150" />
      <circle className="halo" cx="200" cy="212" r="104" />
      <path className="line-ink" d="M128 196C120 76 280 76 272 196" />
      <path className="brass-deep" d="M176 96h48l8 22h-64z" />
      <path className="brass" d="M158 118h84l14 26H144z" />
      <path className="glass" d="M154 144h92c22 34 22 88 0 122h-92c-22-34-22-88 0-122z" />
      <path
        className="flame"
        d="M200 166c26 32 30 50 26 66a27 27 0 0 1-52 0c-4-16 6-26 12-36 4 8 8 10 10 10 4-10 2-26 4-40z"
      />
      <path className="flame-core" d="M201 214c10 12 12 20 9 27a11 11 0 0 1-20 0c-2-9 7-15 11-27z" />
      <path
        className="line-brass"
        d="M158 144c-18 40-18 82 0 122M242 144c18 40 18 82 0 122M144 190h112M146 236h108"
      />
      <path className="brass" d="M150 266h100l12 22H138z" />
      <path className="brass-deep" d="M138 288h124v34a14 14 0 0 1-14 14h-96a14 14 0 0 1-14-14z" />
      <path className="shine" d="M156 300h10v24h-10zM164 122h8l-6 16h-10z" />
      <circle className="brass" cx="262" cy="300" r="9" />
      <rect className="ink" x="120" y="336" width="160" height="8" rx="4" />
    </>
  );
}
