/** Lines of the bill that are not the network's own work, and can be left out of it. */
export const COST_LINES = ['static', 'barrier', 'embeddedProcessor', 'hostInput'] as const;
export type CostLine = (typeof COST_LINES)[number];
