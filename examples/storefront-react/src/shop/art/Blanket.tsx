const fringe = Array.from({ length: 17 }, (_, index) => 84 + index * 14.5);

export function Blanket() {
  return (
    <>
      <g className="line-cream">
        {fringe.map((x) => (
          <path key={x} d={`M${x} 74v-14M${x} 326v16`} />
        ))}
      </g>
      <rect className="cream" x="76" y="72" width="248" height="256" />
      <path className="red" d="M76 72h124v128H76z" />
      <path className="cream" d="M107 104h62v64h-62z" />
      <path className="sea" d="M200 72h124v128z" />
      <path className="brass" d="M200 72v128h124z" />
      <path className="sea" d="M76 200h124v128H76z" />
      <path className="cream" d="M76 252h124v24H76zM126 200h24v128h-24z" />
      <path className="red" d="M200 200l124 128H200z" />
      <path className="ink" d="M200 200h124v128z" />
      <path
        className="weave"
        d="M76 88h248M76 120h248M76 152h248M76 184h248M76 216h248M76 248h248M76 280h248M76 312h248"
      />
      <path className="shade" d="M268 72h56v256h-40c-22-84-22-170-16-256z" />
    </>
  );
}
