/* Since 0028 who needs a record's entity asks for a page of them: nobody reads all of a tenant at once. */
drop function projection.members(uuid, bigint);
