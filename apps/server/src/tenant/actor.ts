import { SummitError } from '@summit/process/errors';

export type Role = 'owner' | 'analyst' | 'reader' | 'operator';

/** What each permission needs: any one of these roles. What is not listed is denied. */
const PERMISSIONS = {
  'graph:read': ['owner', 'analyst', 'reader', 'operator'],
  'investigation:write': ['owner', 'analyst'],
  'entity:write': ['owner', 'analyst'],
  'judgement:record': ['owner', 'analyst'],
  'dataset:write': ['owner', 'analyst', 'operator'],
  'dataset:remove': ['owner', 'operator'],
  'import:run': ['owner', 'analyst', 'operator'],
  'change:undo': ['owner', 'analyst', 'operator'],
  'change:undo-others': ['owner', 'operator'],
  'ontology:write': ['owner', 'operator'],
  'export:run': ['owner', 'analyst', 'reader', 'operator'],
  'user:write': ['owner', 'operator'],
  'projection:read': ['owner', 'operator'],
} as const satisfies Record<string, readonly Role[]>;

export type Permission = keyof typeof PERMISSIONS;

/** Who acts. */
export class Actor {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly Role[];

  constructor(id: string, name: string, roles: readonly Role[]) {
    this.id = id;
    this.name = name;
    this.roles = roles;
  }

  may(permission: Permission): boolean {
    const allowed: readonly Role[] = PERMISSIONS[permission];
    return this.roles.some((role) => allowed.includes(role));
  }

  /** Throws FORBIDDEN. */
  mustBeAbleTo(permission: Permission): void {
    if (!this.may(permission)) throw new SummitError('FORBIDDEN', { permission });
  }
}
