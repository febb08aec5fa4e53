export function Footer() {
  return (
    <footer className="footer">
      <p className="footer-forecast">
        <span>Viking</span> <span>Forties</span> <span>Dogger</span> <span>Fisher</span>{" "}
        <span>German Bight</span>
      </p>
      <p>
        Gale &amp; Kettle is a made-up shop. Its accounts are real: they are kept by Doorstep, in a database
        of your own.
      </p>
    </footer>
  );
}
