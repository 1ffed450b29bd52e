import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vitest/config";

const board = process.env.HANSE_BOARD ?? "http://127.0.0.1:8081";

export default defineConfig({
  plugins: [vue()],
  resolve: { alias: { "@": new URL("./src", import.meta.url).pathname } },
  build: { sourcemap: false, chunkSizeWarningLimit: 700, assetsInlineLimit: 0 },
  server: { proxy: { "/board-service": board } },
  test: { environment: "happy-dom", include: ["src/**/*.test.ts"] },
});
