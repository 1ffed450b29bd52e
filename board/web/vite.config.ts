import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vitest/config";

const board = process.env.HANSE_BOARD ?? "http://127.0.0.1:8081";
const fusion = process.env.HANSE_FUSION ?? "http://127.0.0.1:8095";

export default defineConfig({
  plugins: [vue()],
  resolve: { alias: { "@": new URL("./src", import.meta.url).pathname } },
  build: {
    sourcemap: false,
    chunkSizeWarningLimit: 700,
    assetsInlineLimit: 0,
    rolldownOptions: { input: { board: "index.html", fusion: "fusion.html" } },
  },
  server: { proxy: { "/board-service": board, "/fusion-service": fusion } },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.ts"],
    setupFiles: ["src/i18n/board.ts", "src/i18n/fusion.ts"],
  },
});
