/** A lighthouse in the rain. The beam turns slowly, and stands still for people who asked for less motion. */
export function HeroScene() {
  return (
    <svg
      className="scene"
      viewBox="0 0 640 520"
      aria-hidden="true"
      focusable="false"
      preserveAspectRatio="xMidYMax slice"
    >
      <rect className="scene-sky" width="640" height="520" />
      <circle className="scene-moon" cx="132" cy="112" r="46" />
      <g className="scene-beam">
        <path d="M436 150L-60 40v150z" />
        <path d="M436 150L760 96v112z" />
      </g>
      <g className="scene-rain">
        <path d="M60 200l-14 34M140 250l-14 34M220 180l-14 34M300 270l-14 34M90 320l-14 34M190 340l-14 34M340 190l-14 34M530 220l-14 34M590 300l-14 34M560 110l-14 34M260 90l-14 34M340 60l-14 34M40 90l-14 34M610 180l-14 34" />
      </g>
      <path
        className="scene-cloud"
        d="M20 92c10-34 58-36 72-10 22-18 58-4 58 20 24-6 40 8 38 24H8c-10-16-4-32 12-34z"
      />
      <path
        className="scene-cloud"
        d="M500 60c8-26 44-28 56-8 18-14 44-2 44 16 20-4 32 6 30 20H490c-6-14-2-26 10-28z"
      />
      <path className="scene-rock" d="M300 520c20-60 60-84 96-92 40-10 92-6 130 16 40 22 80 40 114 76z" />
      <path className="scene-tower" d="M408 196h56l22 246H386z" />
      <path className="scene-stripe" d="M403 246h66l5 52h-76zM393 350h86l5 52h-96z" />
      <path className="scene-gallery" d="M396 186h80v12h-80z" />
      <path className="scene-lamp" d="M414 128h44v58h-44z" />
      <path className="scene-roof" d="M404 128l32-34 32 34z" />
      <path className="scene-bars" d="M429 128v58M443 128v58M400 186v-16h72v16" />
      <path className="scene-window" d="M428 262h16v22h-16zM428 366h16v22h-16z" />
      <path
        className="scene-wave-back"
        d="M-40 440c40-30 80-30 120 0s80 30 120 0 80-30 120 0 80 30 120 0 80-30 120 0 80 30 120 0v120H-40z"
      />
      <path
        className="scene-wave"
        d="M-80 470c40-26 80-26 120 0s80 26 120 0 80-26 120 0 80 26 120 0 80-26 120 0 80 26 120 0 80-26 120 0v90H-80z"
      />
      <path
        className="scene-wave-front"
        d="M-40 498c40-18 80-18 120 0s80 18 120 0 80-18 120 0 80 18 120 0 80-18 120 0 80 18 120 0v60H-40z"
      />
      <g className="scene-boat">
        <path className="scene-hull" d="M112 448h116l-18 30h-78z" />
        <path className="scene-sail" d="M166 346v92h-56zM174 366v72h44z" />
        <path className="scene-mast" d="M170 336v112" />
      </g>
    </svg>
  );
}
