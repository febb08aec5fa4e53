const ribs = [96, 122, 148, 174, 200, 226, 252, 278, 304];

export function Cap() {
  return (
    <>
      <path className="red" d="M92 262C88 152 132 92 200 92s112 60 108 170z" />
      <g className="line-red-deep">
        {ribs.slice(1, -1).map((x) => (
          <path
            key={x}
            d={`M${x} 262C${x + (200 - x) * 0.12} 180 ${x + (200 - x) * 0.5} 122 ${x + (200 - x) * 0.82} 98`}
          />
        ))}
      </g>
      <path className="red-deep" d="M80 240c80-16 160-16 240 0v62c-80 18-160 18-240 0z" />
      <g className="line-red">
        {ribs.map((x) => (
          <path key={x} d={`M${x} 240v66`} />
        ))}
      </g>
      <path className="shine" d="M126 204c6-44 22-70 46-84-14 22-24 48-30 82z" />
      <path className="line-ink" d="M60 336c20-10 38-10 58 0s38 10 58 0 38-10 58 0 38 10 58 0 30-10 48-4" />
    </>
  );
}
