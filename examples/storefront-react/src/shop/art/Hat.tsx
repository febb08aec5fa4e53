export function Hat() {
  return (
    <>
      <g className="rain">
        <path d="M70 70l-16 40M134 46l-16 40M206 40l-14 36M280 50l-16 40M346 76l-16 40M44 156l-12 30M372 170l-12 30" />
      </g>
      <path
        className="brass-deep"
        d="M60 262c-20 40 22 64 66 56 66-12 120-10 166-42 30-22 56-36 52-58-60 4-200 10-284 44z"
      />
      <path className="brass" d="M112 238c-2-84 38-128 94-128s96 40 102 112c-60-2-132 0-196 16z" />
      <path className="line-brass-deep" d="M206 110c-14 34-18 76-16 116M206 110c26 26 42 66 46 110" />
      <path className="brass" d="M60 262c70-40 200-52 284-44 0 14-20 24-44 34-80 12-160 22-240 10z" />
      <path className="line-brass-deep" d="M84 258c70-24 150-30 224-28" />
      <path className="line-ink" d="M150 304c-8 24 6 40-6 60M168 302c8 22 2 34 16 54" />
      <path className="shine" d="M140 200c4-32 18-54 38-64-12 20-20 40-22 62z" />
      <circle className="ink" cx="206" cy="110" r="7" />
    </>
  );
}
