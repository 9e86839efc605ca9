/** Opaque identifiers: a string that names a node cannot be passed where a projection's name is meant. */
export type NodeId = string & { readonly __brand: 'NodeId' };
export type ProjectionId = string & { readonly __brand: 'ProjectionId' };
export type TimelineId = string & { readonly __brand: 'TimelineId' };

export const nodeId = (text: string): NodeId => text as NodeId;
export const projectionId = (text: string): ProjectionId => text as ProjectionId;
export const timelineId = (text: string): TimelineId => text as TimelineId;
