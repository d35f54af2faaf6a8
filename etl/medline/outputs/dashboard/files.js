// Files of a figure, made in the page: nothing is asked for.
function save(name, blob) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

function fileName(figure, label, ending) {
  const parts = ["medline", figure.name, ...(figure.selector ? [label] : [])];
  return `${parts.join("-").replace(/[^\p{L}\p{N}-]+/gu, "_").slice(0, 80)}.${ending}`;
}

function csv(figure, rows) {
  const quoted = (value) => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
  const line = (values) => `${values.map((value) => quoted(String(value ?? ""))).join(",")}\r\n`;
  const names = figure.columns.map((column) => column.name);
  return new Blob([line(names), ...rows.map((row) => line(names.map((name) => row[name])))], { type: "text/csv" });
}

// The drawing has the colours of the page by name, which an image knows not; so they are written into it.
async function png(view, title) {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  const image = new Image();
  const svg = (await view.toSVG(2)).replace(/var\((--[a-z]+)\)/g, (_, name) => colour(name));
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.width + 48, image.height + 120];
  const pen = canvas.getContext("2d");
  pen.fillStyle = colour("--card");
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(image, 24, 64);
  pen.fillStyle = colour("--ink");
  pen.font = "600 28px system-ui, sans-serif";
  pen.fillText(title, 24, 40, image.width);
  pen.fillStyle = colour("--muted");
  pen.font = "20px system-ui, sans-serif";
  pen.fillText(`State of ${data.asOf ?? "an unknown day"}. ${data.credit}.`, 24, canvas.height - 24, image.width);
  return new Promise((resolve) => { canvas.toBlob(resolve, "image/png"); });
}
