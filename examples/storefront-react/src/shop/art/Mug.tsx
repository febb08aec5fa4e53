export function Mug() {
  return (
    <>
      <g className="steam">
        <path d="M160 132c-18-22 18-32 0-58" />
        <path d="M200 126c-18-24 18-38 0-66" />
        <path d="M240 132c-18-22 18-32 0-58" />
      </g>
      <path className="line-handle" d="M276 196c60-14 76 92-2 96" />
      <path className="cream" d="M120 160h160v148a28 28 0 0 1-28 28H148a28 28 0 0 1-28-28z" />
      <path className="shade" d="M244 160h36v148a28 28 0 0 1-28 28h-22c10-8 14-20 14-34z" />
      <ellipse className="sea-deep" cx="200" cy="160" rx="84" ry="15" />
      <ellipse className="tea" cx="200" cy="161" rx="72" ry="10" />
      <path
        className="line-sea"
        d="M140 240c14-12 26-12 40 0s26 12 40 0 26-12 40 0M140 266c14-12 26-12 40 0s26 12 40 0 26-12 40 0"
      />
      <path className="sea-deep" d="M150 306l7 4-4 8-8-3zM258 190l6 2-1 8-7-3z" />
      <rect className="ink" x="96" y="336" width="208" height="8" rx="4" />
    </>
  );
}
