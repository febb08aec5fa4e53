// What a MERN tutorial's reader has on the screen at the end of chapter one: axios, a fixed address, a check for 201.
import axios from "axios";
import { useState } from "react";
import { createRoot } from "react-dom/client";

function Signup() {
  const [formData, setFormData] = useState({ name: "", email: "", password: "" });
  const [message, setMessage] = useState("");

  const handleChange = (e) => setFormData({ ...formData, [e.target.name]: e.target.value });

  const handleSubmit = async (e) => {
    e.preventDefault();
    try {
      const response = await axios.post("http://localhost:5000/api/signup", formData);
      if (response.status !== 201) return setMessage("Something went wrong");
      localStorage.setItem("token", response.data.token);
      const me = await axios.get("http://localhost:5000/api/user", {
        headers: { Authorization: `Bearer ${localStorage.getItem("token")}` },
      });
      setMessage(`${response.data.message}: ${me.data.user.email}`);
    } catch (error) {
      setMessage(error.response?.data?.message || error.message);
    }
  };

  return (
    <form onSubmit={handleSubmit}>
      <input type="text" name="name" placeholder="Name" onChange={handleChange} />
      <input type="email" name="email" placeholder="Email" onChange={handleChange} />
      <input type="password" name="password" placeholder="Password" onChange={handleChange} />
      <button type="submit">Signup</button>
      <p id="message">{message}</p>
    </form>
  );
}

createRoot(document.getElementById("root")).render(<Signup />);
