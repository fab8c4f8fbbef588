// Fills in where somebody is, when they ask for it, and sends the form.
const button = document.getElementById("locate"), status = document.getElementById("located");
if ("geolocation" in navigator) {
  button.hidden = false;
  button.addEventListener("click", () => {
    status.textContent = "正在取位置…";
    navigator.geolocation.getCurrentPosition((found) => {
      document.getElementById("lat").value = found.coords.latitude.toFixed(4);
      document.getElementById("lon").value = found.coords.longitude.toFixed(4);
      document.getElementById("places-form").submit();
    }, () => { status.textContent = "取不到位置，可以改选区域，或填经纬度。"; }, { timeout: 10000 });
  });
}
