// How large a picture is, in pixels; nothing where the browser cannot show it.
export const measure = async (file) => {
  try {
    const bitmap = await createImageBitmap(file);
    const size = [bitmap.width, bitmap.height];
    bitmap.close();
    return size;
  } catch {
    return undefined;
  }
};

export const chosen = (event) => {
  const file = event.target.files?.[0];
  event.target.value = "";
  return file;
};

export const dropped = (event) => event.dataTransfer?.files?.[0];
