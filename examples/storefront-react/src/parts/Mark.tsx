export function Mark() {
  return (
    <svg className="mark" viewBox="0 0 48 48" aria-hidden="true" focusable="false">
      <circle className="mark-disc" cx="24" cy="24" r="23" />
      <path
        className="mark-kettle"
        d="M14 23c0-6 4-9 10-9s10 3 10 9v9a3 3 0 0 1-3 3H17a3 3 0 0 1-3-3zM34 22l6-4v5l-6 5zM21 14a3 3 0 0 1 6 0z"
      />
      <path className="mark-wave" d="M14 26c3-2 5-2 7 0s5 2 7 0 4-2 6 0v4c-2-2-4-2-6 0s-5 2-7 0-4-2-7 0z" />
    </svg>
  );
}
