/* eslint-disable */
import * as types from './graphql.ts';



/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "\n  query Viewer {\n    viewer {\n      id\n      name\n      roles\n      clearance\n      tenant {\n        id\n        name\n      }\n      lastSeen\n      canUndo {\n        id\n        summary\n        at\n        action\n        importId\n        investigationId\n      }\n      canRedo {\n        id\n        summary\n        at\n        undoOf\n        investigationId\n      }\n    }\n  }\n": typeof types.ViewerDocument,
    "\n  mutation UpdateEntity($input: UpdateEntityInput!) {\n    updateEntity(input: $input) {\n      change {\n        id\n        summary\n      }\n    }\n  }\n": typeof types.UpdateEntityDocument,
    "\n  mutation Judge($input: JudgeInput!) {\n    judge(input: $input) {\n      change {\n        id\n        summary\n      }\n      ids\n    }\n  }\n": typeof types.JudgeDocument,
    "\n  mutation Split($input: SplitInput!) {\n    split(input: $input) {\n      change {\n        id\n        summary\n      }\n    }\n  }\n": typeof types.SplitDocument,
    "\n  mutation WriteNote($input: WriteNoteInput!) {\n    writeNote(input: $input) {\n      change {\n        id\n        summary\n      }\n    }\n  }\n": typeof types.WriteNoteDocument,
    "\n  fragment EntityFields on Entity {\n    id\n    caption\n    schema\n    aliases\n    countries\n    marking\n    recordCount\n    firstSeen\n    lastSeen\n    linkTotal\n    datasets {\n      key\n      title\n      reliability\n      kind\n    }\n    linkCounts {\n      type\n      label\n      direction\n      count\n      reference\n    }\n    investigations {\n      id\n      title\n      readOnly\n    }\n    judgements {\n      id\n      verdict\n      reason\n      at\n      by {\n        name\n      }\n      left {\n        id\n        caption\n      }\n      right {\n        id\n        caption\n      }\n    }\n    notes {\n      id\n      text\n      at\n      by {\n        name\n      }\n      property\n      value\n      investigationId\n    }\n    facts {\n      property\n      label\n      type\n      value\n      conflicting\n      validFrom\n      validTo\n      entity {\n        id\n        caption\n        schema\n      }\n      refuted {\n        at\n        reason\n        by {\n          name\n        }\n        recordId\n      }\n      sources {\n        dataset {\n          key\n          title\n          reliability\n          kind\n        }\n        record {\n          id\n        }\n        sourceRef {\n          row\n          line\n          alsoRows\n        }\n      }\n    }\n  }\n": typeof types.EntityFieldsFragmentDoc,
    "\n  query Entity($id: ID!) {\n    entity(id: $id) {\n      ...EntityFields\n    }\n  }\n": typeof types.EntityDocument,
    "\n  query EntityAt($id: ID!, $time: DateTime, $position: Position) {\n    at(time: $time, position: $position) {\n      entity(id: $id) {\n        ...EntityFields\n      }\n    }\n  }\n": typeof types.EntityAtDocument,
    "\n  fragment RecordsFields on Entity {\n    records(first: 50, after: $after) {\n      bounded {\n        shown\n        total\n        totalIsExact\n      }\n      pageInfo {\n        endCursor\n        hasNextPage\n      }\n      edges {\n        node {\n          id\n          caption\n          schema\n          dataset {\n            key\n            title\n            reliability\n            kind\n          }\n          sourceRef {\n            row\n            line\n            alsoRows\n          }\n        }\n      }\n    }\n  }\n": typeof types.RecordsFieldsFragmentDoc,
    "\n  query EntityRecords($id: ID!, $after: String) {\n    entity(id: $id) {\n      ...RecordsFields\n    }\n  }\n": typeof types.EntityRecordsDocument,
    "\n  query EntityRecordsAt($id: ID!, $after: String, $time: DateTime, $position: Position) {\n    at(time: $time, position: $position) {\n      entity(id: $id) {\n        ...RecordsFields\n      }\n    }\n  }\n": typeof types.EntityRecordsAtDocument,
    "\n  fragment LinksFields on Entity {\n    id\n    links(first: 25, after: $after, type: $type, direction: $direction) {\n      bounded {\n        shown\n        total\n        totalIsExact\n      }\n      pageInfo {\n        endCursor\n        hasNextPage\n      }\n      edges {\n        node {\n          id\n          direction\n          neighbour {\n            id\n            caption\n            schema\n          }\n          relationship {\n            id\n            type\n            label\n            validFrom\n            validTo\n            properties {\n              name\n              type\n              values\n            }\n            dataset {\n              key\n              title\n              reliability\n            }\n          }\n        }\n      }\n    }\n  }\n": typeof types.LinksFieldsFragmentDoc,
    "\n  query EntityLinks($id: ID!, $type: String, $direction: Direction, $after: String) {\n    entity(id: $id) {\n      ...LinksFields\n    }\n  }\n": typeof types.EntityLinksDocument,
    "\n  query EntityLinksAt($id: ID!, $type: String, $direction: Direction, $after: String, $time: DateTime, $position: Position) {\n    at(time: $time, position: $position) {\n      entity(id: $id) {\n        ...LinksFields\n      }\n    }\n  }\n": typeof types.EntityLinksAtDocument,
    "\n  fragment HistoryFields on Entity {\n    history(first: 50) {\n      bounded {\n        shown\n        total\n        totalIsExact\n      }\n      edges {\n        node {\n          id\n          summary\n          action\n          at\n          reason\n          undoneBy\n          actor {\n            name\n          }\n        }\n      }\n    }\n  }\n": typeof types.HistoryFieldsFragmentDoc,
    "\n  query EntityHistory($id: ID!) {\n    entity(id: $id) {\n      ...HistoryFields\n    }\n  }\n": typeof types.EntityHistoryDocument,
    "\n  query EntityHistoryAt($id: ID!, $time: DateTime, $position: Position) {\n    at(time: $time, position: $position) {\n      entity(id: $id) {\n        ...HistoryFields\n      }\n    }\n  }\n": typeof types.EntityHistoryAtDocument,
    "\n  mutation AddItems($input: AddItemsInput!) {\n    addItems(input: $input) {\n      change {\n        id\n        summary\n      }\n      ids\n    }\n  }\n": typeof types.AddItemsDocument,
    "\n  query Ontology {\n    ontology {\n      schemas {\n        name\n        label\n        abstract\n        isRelationship\n        extends\n        featured\n        source\n        target\n        origin\n        properties {\n          name\n          label\n          type\n        }\n      }\n    }\n  }\n": typeof types.OntologyDocument,
    "\n  fragment RecordSourceFields on Record {\n    id\n    caption\n    schema\n    validFrom\n    validTo\n    marking\n    dataset {\n      key\n      title\n      reliability\n      publisher\n      kind\n    }\n    properties {\n      name\n      label\n      type\n      values\n      entities {\n        id\n        caption\n      }\n    }\n    sourceRef {\n      alsoRows\n    }\n    source {\n      filename\n      importId\n      row\n      line\n      text\n      truncated\n      before\n      after\n      removed {\n        at\n        reason\n        by {\n          name\n        }\n      }\n    }\n  }\n": typeof types.RecordSourceFieldsFragmentDoc,
    "\n  query RecordSource($id: ID!) {\n    record(id: $id) {\n      ...RecordSourceFields\n    }\n  }\n": typeof types.RecordSourceDocument,
    "\n  query RecordSourceAt($id: ID!, $time: DateTime, $position: Position) {\n    at(time: $time, position: $position) {\n      record(id: $id) {\n        ...RecordSourceFields\n      }\n    }\n  }\n": typeof types.RecordSourceAtDocument,
    "\n  query Datasets($after: String, $includeNotebooks: Boolean!) {\n    datasets(first: 100, after: $after, includeNotebooks: $includeNotebooks) {\n      bounded {\n        total\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      edges {\n        node {\n          id\n          key\n          title\n          kind\n          publisher\n          reliability\n          marking\n          investigationId\n          counts {\n            records\n            relationships\n            references\n            unresolved\n          }\n        }\n      }\n    }\n  }\n": typeof types.DatasetsDocument,
    "\n  query DatasetNames {\n    datasets(first: 1000) {\n      bounded {\n        total\n      }\n      edges {\n        node {\n          key\n          title\n        }\n      }\n    }\n  }\n": typeof types.DatasetNamesDocument,
    "\n  query DatasetPage($key: String!) {\n    dataset(key: $key) {\n      id\n      key\n      title\n      kind\n      publisher\n      url\n      licence\n      reliability\n      marking\n      metadata\n      investigationId\n      counts {\n        records\n        relationships\n        references\n        unresolved\n      }\n    }\n  }\n": typeof types.DatasetPageDocument,
    "\n  mutation UpdateDataset($input: UpdateDatasetInput!) {\n    updateDataset(input: $input) {\n      change {\n        id\n        summary\n      }\n    }\n  }\n": typeof types.UpdateDatasetDocument,
    "\n  mutation RemoveDataset($input: RemoveDatasetInput!) {\n    removeDataset(input: $input) {\n      change {\n        id\n        summary\n      }\n    }\n  }\n": typeof types.RemoveDatasetDocument,
    "\n  query Changes($investigationId: ID, $actorId: ID, $action: String, $first: Int, $after: String) {\n    changes(\n      investigationId: $investigationId\n      actorId: $actorId\n      action: $action\n      first: $first\n      after: $after\n      wholeImports: true\n    ) {\n      bounded {\n        shown\n        total\n        totalIsExact\n      }\n      pageInfo {\n        endCursor\n        hasNextPage\n      }\n      edges {\n        node {\n          id\n          action\n          summary\n          reason\n          at\n          rows\n          canUndo\n          undoOf\n          undoneBy\n          importId\n          investigationId\n          import {\n            state\n            result\n          }\n          actor {\n            id\n            name\n            kind\n          }\n        }\n      }\n    }\n  }\n": typeof types.ChangesDocument,
    "\n  query ChangeDetail($id: Position!) {\n    change(id: $id) {\n      id\n      action\n      summary\n      reason\n      at\n      rows\n      canUndo\n      undoOf\n      undoneBy\n      importId\n      investigationId\n      actor {\n        id\n        name\n        kind\n      }\n      targets {\n        id\n        kind\n        caption\n      }\n      import {\n        state\n        result\n      }\n      details(first: 60) {\n        pageInfo {\n          hasNextPage\n          endCursor\n        }\n        added\n        changed\n        removed\n        bounded {\n          shown\n          total\n          totalIsExact\n        }\n        rows {\n          id\n          act\n          kind\n          caption\n          before\n          after\n        }\n      }\n    }\n  }\n": typeof types.ChangeDetailDocument,
    "\n  query ImportBatches($id: ID!, $after: String) {\n    import(id: $id) {\n      changes(first: 200, after: $after) {\n        pageInfo {\n          hasNextPage\n          endCursor\n        }\n        edges {\n          node {\n            id\n            rows\n            undoOf\n          }\n        }\n      }\n    }\n  }\n": typeof types.ImportBatchesDocument,
    "\n  query ChangeRows($id: Position!, $after: String) {\n    change(id: $id) {\n      details(first: 60, after: $after) {\n        pageInfo {\n          hasNextPage\n          endCursor\n        }\n        rows {\n          id\n          act\n          kind\n          caption\n          before\n          after\n        }\n      }\n    }\n  }\n": typeof types.ChangeRowsDocument,
    "\n  query Diff($from: Position!, $to: Position, $investigationId: ID, $after: String) {\n    diff(from: $from, to: $to, investigationId: $investigationId, first: 60, after: $after) {\n      added\n      changed\n      removed\n      bounded {\n        total\n        totalIsExact\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      rows {\n        id\n        act\n        kind\n        caption\n        before\n        after\n      }\n    }\n  }\n": typeof types.DiffDocument,
    "\n  query InvestigationTitle($id: ID!) {\n    investigation(id: $id) {\n      title\n    }\n  }\n": typeof types.InvestigationTitleDocument,
    "\n  query UndoneAct($id: Position!) {\n    change(id: $id) {\n      action\n      undoOf\n    }\n  }\n": typeof types.UndoneActDocument,
    "\n  mutation Undo($input: UndoInput!, $preview: Boolean) {\n    undo(input: $input, preview: $preview) {\n      change {\n        id\n        summary\n      }\n      import {\n        id\n        filename\n      }\n      preview {\n        bounded {\n          shown\n          total\n          totalIsExact\n        }\n        rows {\n          id\n          act\n          kind\n          caption\n          before\n          after\n        }\n      }\n    }\n  }\n": typeof types.UndoDocument,
    "\n  mutation Redo($input: RedoInput!) {\n    redo(input: $input) {\n      change {\n        id\n        summary\n      }\n    }\n  }\n": typeof types.RedoDocument,
    "\n  mutation UndoImport($input: ImportActInput!) {\n    undoImport(input: $input) {\n      import {\n        id\n        state\n      }\n    }\n  }\n": typeof types.UndoImportDocument,
    "\n  query Investigations($first: Int, $after: String) {\n    investigations(first: $first, after: $after) {\n      bounded {\n        total\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      edges {\n        node {\n          id\n          title\n          description\n          marking\n          archived\n          readOnly\n          itemCount\n          changesSinceSeen\n          changedAt\n          members {\n            role\n            user {\n              id\n              name\n            }\n          }\n        }\n      }\n    }\n  }\n": typeof types.InvestigationsDocument,
    "\n  query HomeImports($active: Boolean, $first: Int) {\n    imports(active: $active, first: $first) {\n      bounded {\n        total\n      }\n      edges {\n        node {\n          id\n          filename\n          datasetKey\n          state\n          isPreview\n          result\n          startedAt\n          finishedAt\n          progress {\n            rows\n            rowsPerSecond\n            etaSeconds\n            bytesRead\n            bytesTotal\n            slowedBy\n          }\n        }\n      }\n    }\n  }\n": typeof types.HomeImportsDocument,
    "\n  mutation CreateInvestigation($input: CreateInvestigationInput!) {\n    createInvestigation(input: $input) {\n      ids\n      change {\n        id\n        summary\n      }\n    }\n  }\n": typeof types.CreateInvestigationDocument,
    "\n  mutation CopyInvestigation($input: CopyInvestigationInput!) {\n    copyInvestigation(input: $input) {\n      ids\n      change {\n        id\n        summary\n      }\n    }\n  }\n": typeof types.CopyInvestigationDocument,
    "\n  query Picture($id: ID!) {\n    investigation(id: $id) {\n      id\n      items(first: 120) {\n        edges {\n          node {\n            entityId\n            x\n            y\n            entity {\n              id\n              schema\n            }\n          }\n        }\n      }\n      graph {\n        links {\n          source\n          target\n          datasets\n          relationshipIds\n        }\n      }\n    }\n  }\n": typeof types.PictureDocument,
    "\n  mutation StartImport($input: StartImportInput!, $preview: Boolean) {\n    startImport(input: $input, preview: $preview) {\n      import {\n        id\n        state\n      }\n    }\n  }\n": typeof types.StartImportDocument,
    "\n  mutation CancelImport($input: ImportActInput!) {\n    cancelImport(input: $input) {\n      import {\n        id\n        state\n      }\n    }\n  }\n": typeof types.CancelImportDocument,
    "\n  mutation ResumeImport($input: ImportActInput!) {\n    resumeImport(input: $input) {\n      import {\n        id\n        state\n      }\n    }\n  }\n": typeof types.ResumeImportDocument,
    "\n  mutation RetryRejects($input: RetryRejectsInput!) {\n    retryRejects(input: $input) {\n      import {\n        id\n        state\n      }\n    }\n  }\n": typeof types.RetryRejectsDocument,
    "\n  mutation RemoveOriginal($input: RemoveFileInput!) {\n    removeFile(input: $input) {\n      change {\n        id\n        summary\n      }\n    }\n  }\n": typeof types.RemoveOriginalDocument,
    "\n  query Uploaded($id: ID!) {\n    uploadedFile(id: $id) {\n      id\n      filename\n      bytes\n      format\n      encoding\n      delimiter\n      sheets\n      sha256\n      warnings\n      mapping\n      rows\n      columns {\n        name\n        becomes\n        samples\n      }\n    }\n  }\n": typeof types.UploadedDocument,
    "\n  query MappingPreview($input: PreviewMappingInput!) {\n    previewMapping(input: $input) {\n      errors\n      ends {\n        found\n        of\n        dataset {\n          key\n          title\n        }\n      }\n      rejects {\n        id\n        row\n        line\n        code\n        reason\n        raw\n      }\n      rows {\n        id\n        kind\n        act\n        caption\n        after\n      }\n    }\n  }\n": typeof types.MappingPreviewDocument,
    "\n  query Schemas {\n    ontology {\n      schemas {\n        name\n        label\n        abstract\n        isRelationship\n        origin\n        featured\n        properties {\n          name\n          label\n          type\n        }\n      }\n    }\n  }\n": typeof types.SchemasDocument,
    "\n  query DatasetThere($key: String!) {\n    dataset(key: $key) {\n      key\n      title\n      counts {\n        records\n      }\n    }\n  }\n": typeof types.DatasetThereDocument,
    "\n  query ImportJob($id: ID!) {\n    import(id: $id) {\n      id\n      state\n      isPreview\n      filename\n      format\n      mode\n      bytes\n      sha256\n      mapping\n      datasetKey\n      dataset {\n        key\n        title\n        marking\n      }\n      startedAt\n      finishedAt\n      startedBy {\n        name\n      }\n      warnings\n      result\n      removed {\n        by {\n          name\n        }\n        at\n        reason\n      }\n      error {\n        code\n        message\n      }\n      progress {\n        rows\n        records\n        relationships\n        rejects\n        bytesRead\n        bytesTotal\n        rowsPerSecond\n        etaSeconds\n        slowedBy\n      }\n      preview {\n        bounded {\n          shown\n          total\n          totalIsExact\n        }\n        rows {\n          id\n          kind\n          act\n          caption\n          before\n          after\n        }\n      }\n      rejects(first: 50) {\n        hidden\n        bounded {\n          shown\n          total\n          totalIsExact\n        }\n        edges {\n          node {\n            id\n            row\n            line\n            code\n            reason\n            raw\n          }\n        }\n      }\n    }\n  }\n": typeof types.ImportJobDocument,
    "\n  query Imports($dataset: String, $after: String) {\n    imports(first: 50, after: $after, dataset: $dataset) {\n      bounded {\n        total\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      edges {\n        node {\n          id\n          filename\n          bytes\n          datasetKey\n          state\n          isPreview\n          result\n          startedAt\n          startedBy {\n            name\n          }\n          progress {\n            rows\n            rejects\n          }\n          removed {\n            by {\n              name\n            }\n            at\n            reason\n          }\n        }\n      }\n    }\n  }\n": typeof types.ImportsDocument,
    "\n  query Search($query: String!, $filter: SearchFilter, $first: Int, $after: String) {\n    search(query: $query, filter: $filter, first: $first, after: $after) {\n      bounded {\n        shown\n        total\n        totalIsExact\n        complete\n        reason\n      }\n      notes\n      pageInfo {\n        endCursor\n        hasNextPage\n      }\n      facets {\n        name\n        exact\n        values {\n          value\n          label\n          count\n        }\n      }\n      hits {\n        score\n        matches {\n          property\n          label\n          value\n          how\n          spans\n        }\n        entity {\n          id\n          caption\n          schema\n          countries\n          recordCount\n          datasets {\n            key\n            title\n            reliability\n          }\n        }\n      }\n    }\n  }\n": typeof types.SearchDocument,
    "\n  query ExportManifest($input: ExportInput!) {\n    exportManifest(input: $input) {\n      url\n      records\n      relationships\n      references\n      complete\n      losses {\n        what\n        count\n      }\n    }\n  }\n": typeof types.ExportManifestDocument,
    "\n  query Projections {\n    projections {\n      name\n      state\n      lagChanges\n      lagIsExact\n      lagSeconds\n    }\n  }\n": typeof types.ProjectionsDocument,
    "\n  subscription InvestigationChanged($id: ID!) {\n    investigationChanged(investigationId: $id) {\n      id\n      summary\n      action\n      at\n      actor {\n        id\n        name\n      }\n      touched {\n        id\n        kind\n      }\n    }\n  }\n": typeof types.InvestigationChangedDocument,
    "\n  query Relationship($id: ID!) {\n    relationship(id: $id) {\n      id\n      label\n      type\n      validFrom\n      validTo\n      reference\n      dataset {\n        key\n        title\n        reliability\n        kind\n      }\n      properties {\n        name\n        label\n        type\n        values\n        entities {\n          id\n          caption\n        }\n      }\n      sourceRow {\n        filename\n        row\n        line\n        text\n        truncated\n      }\n    }\n  }\n": typeof types.RelationshipDocument,
    "\n  mutation Arrange($input: ArrangeItemsInput!) {\n    arrangeItems(input: $input) {\n      change {\n        id\n        summary\n      }\n    }\n  }\n": typeof types.ArrangeDocument,
    "\n  mutation RemoveItems($input: RemoveItemsInput!) {\n    removeItems(input: $input) {\n      change {\n        id\n        summary\n      }\n    }\n  }\n": typeof types.RemoveItemsDocument,
    "\n  mutation CreateEntity($input: CreateEntityInput!) {\n    createEntity(input: $input) {\n      ids\n      change {\n        id\n        summary\n      }\n      hints {\n        entity {\n          id\n          caption\n          schema\n        }\n      }\n    }\n  }\n": typeof types.CreateEntityDocument,
    "\n  mutation DeleteEntity($input: DeleteEntityInput!) {\n    deleteEntity(input: $input) {\n      change {\n        id\n        summary\n      }\n    }\n  }\n": typeof types.DeleteEntityDocument,
    "\n  mutation CreateRelationship($input: CreateRelationshipInput!) {\n    createRelationship(input: $input) {\n      ids\n      change {\n        id\n        summary\n      }\n    }\n  }\n": typeof types.CreateRelationshipDocument,
    "\n  mutation DeleteRelationship($input: DeleteRelationshipInput!) {\n    deleteRelationship(input: $input) {\n      change {\n        id\n        summary\n      }\n    }\n  }\n": typeof types.DeleteRelationshipDocument,
    "\n  mutation UpdateInvestigation($input: UpdateInvestigationInput!) {\n    updateInvestigation(input: $input) {\n      change {\n        id\n        summary\n      }\n    }\n  }\n": typeof types.UpdateInvestigationDocument,
    "\n  mutation MarkSeen($investigationId: ID) {\n    markSeen(investigationId: $investigationId)\n  }\n": typeof types.MarkSeenDocument,
    "\n  fragment MomentFields on Moment {\n    at\n    position\n    change {\n      id\n      summary\n      at\n      actor {\n        name\n      }\n    }\n  }\n": typeof types.MomentFieldsFragmentDoc,
    "\n  fragment CaseFields on Investigation {\n    id\n    title\n    description\n    marking\n    archived\n    readOnly\n    itemCount\n    createdAt\n    changedAt\n    createdBy {\n      id\n      name\n    }\n    members {\n      role\n      user {\n        id\n        name\n      }\n    }\n    notebook {\n      id\n      key\n    }\n    notes {\n      id\n      text\n      at\n      targetId\n      by {\n        name\n      }\n    }\n    items(first: 1000, after: $after) {\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      edges {\n        node {\n          entityId\n          takenOut\n          x\n          y\n          pinned\n          hidden\n          entity {\n            id\n            caption\n            schema\n            countries\n            lastSeen\n            datasets {\n              key\n              title\n              kind\n            }\n          }\n        }\n      }\n    }\n  }\n": typeof types.CaseFieldsFragmentDoc,
    "\n  query Case($id: ID!, $after: String) {\n    investigation(id: $id) {\n      ...CaseFields\n    }\n  }\n": typeof types.CaseDocument,
    "\n  query CaseAt($id: ID!, $after: String, $time: DateTime, $position: Position) {\n    at(time: $time, position: $position) {\n      ...MomentFields\n      investigation(id: $id) {\n        ...CaseFields\n      }\n    }\n  }\n": typeof types.CaseAtDocument,
    "\n  query CaseRights($id: ID!) {\n    investigation(id: $id) {\n      archived\n      readOnly\n      members {\n        role\n        user {\n          id\n          name\n        }\n      }\n    }\n  }\n": typeof types.CaseRightsDocument,
    "\n  fragment GraphFields on Subgraph {\n    bounded {\n      complete\n      shown\n      total\n    }\n    links {\n      source\n      target\n      type\n      label\n      directed\n      reference\n      datasets\n      relationshipIds\n      validFrom\n      validTo\n    }\n  }\n": typeof types.GraphFieldsFragmentDoc,
    "\n  query CaseGraph($id: ID!, $references: Boolean!) {\n    investigation(id: $id) {\n      graph(references: $references) {\n        ...GraphFields\n      }\n    }\n  }\n": typeof types.CaseGraphDocument,
    "\n  query CaseGraphAt($id: ID!, $references: Boolean!, $time: DateTime, $position: Position) {\n    at(time: $time, position: $position) {\n      investigation(id: $id) {\n        graph(references: $references) {\n          ...GraphFields\n        }\n      }\n    }\n  }\n": typeof types.CaseGraphAtDocument,
    "\n  fragment WeightFields on Entity {\n    id\n    linkTotal\n    facts {\n      property\n      conflicting\n      refuted {\n        at\n      }\n    }\n  }\n": typeof types.WeightFieldsFragmentDoc,
    "\n  query Weights($ids: [ID!]!) {\n    entities(ids: $ids) {\n      ...WeightFields\n    }\n  }\n": typeof types.WeightsDocument,
    "\n  query WeightsAt($ids: [ID!]!, $time: DateTime, $position: Position) {\n    at(time: $time, position: $position) {\n      entities(ids: $ids) {\n        ...WeightFields\n      }\n    }\n  }\n": typeof types.WeightsAtDocument,
    "\n  query LinkCounts($ids: [ID!]!) {\n    entities(ids: $ids) {\n      id\n      caption\n      linkCounts {\n        type\n        label\n        direction\n        count\n        reference\n      }\n    }\n  }\n": typeof types.LinkCountsDocument,
    "\n  query Neighbourhood($input: NeighbourhoodInput!) {\n    neighbourhood(input: $input) {\n      bounded {\n        complete\n        total\n        totalIsExact\n      }\n      entities {\n        id\n        caption\n        schema\n        countries\n        lastSeen\n        datasets {\n          key\n          title\n          kind\n        }\n      }\n    }\n  }\n": typeof types.NeighbourhoodDocument,
    "\n  query LinksAmong($ids: [ID!]!, $references: Boolean!) {\n    subgraph(entityIds: $ids, references: $references) {\n      ...GraphFields\n    }\n  }\n": typeof types.LinksAmongDocument,
    "\n  fragment FoundFields on Entity {\n    id\n    caption\n    schema\n    countries\n    lastSeen\n    datasets {\n      key\n      title\n      kind\n    }\n  }\n": typeof types.FoundFieldsFragmentDoc,
    "\n  fragment PathsFields on PathsResult {\n    bounded {\n      complete\n      reason\n      shown\n      total\n      totalIsExact\n    }\n    entities {\n      ...FoundFields\n    }\n    paths {\n      hops\n      entityIds\n      links {\n        source\n        target\n        label\n        type\n        directed\n        reference\n        relationshipIds\n      }\n    }\n  }\n": typeof types.PathsFieldsFragmentDoc,
    "\n  query Paths($input: PathsInput!) {\n    paths(input: $input) {\n      ...PathsFields\n    }\n  }\n": typeof types.PathsDocument,
    "\n  query MomentPaths($input: PathsInput!, $time: DateTime, $position: Position) {\n    at(time: $time, position: $position) {\n      paths(input: $input) {\n        ...PathsFields\n      }\n    }\n  }\n": typeof types.MomentPathsDocument,
    "\n  fragment CommonFields on CommonNeighboursResult {\n    bounded {\n      complete\n      reason\n      shown\n      total\n      totalIsExact\n    }\n    neighbours {\n      entity {\n        ...FoundFields\n      }\n      links {\n        source\n        target\n        label\n      }\n    }\n  }\n": typeof types.CommonFieldsFragmentDoc,
    "\n  query CommonNeighbours($input: CommonNeighboursInput!) {\n    commonNeighbours(input: $input) {\n      ...CommonFields\n    }\n  }\n": typeof types.CommonNeighboursDocument,
    "\n  query MomentCommonNeighbours($input: CommonNeighboursInput!, $time: DateTime, $position: Position) {\n    at(time: $time, position: $position) {\n      commonNeighbours(input: $input) {\n        ...CommonFields\n      }\n    }\n  }\n": typeof types.MomentCommonNeighboursDocument,
    "\n  query People($name: String) {\n    people(name: $name, first: 50) {\n      id\n      name\n    }\n  }\n": typeof types.PeopleDocument,
    "\n  mutation SetMember($input: SetMemberInput!) {\n    setMember(input: $input) {\n      change {\n        id\n        summary\n      }\n    }\n  }\n": typeof types.SetMemberDocument,
    "\n  mutation RemoveMember($input: RemoveMemberInput!) {\n    removeMember(input: $input) {\n      change {\n        id\n        summary\n      }\n    }\n  }\n": typeof types.RemoveMemberDocument,
    "\n  query NamesNow($ids: [ID!]!) {\n    entities(ids: $ids) {\n      id\n    }\n  }\n": typeof types.NamesNowDocument,
};
const documents: Documents = {
    "\n  query Viewer {\n    viewer {\n      id\n      name\n      roles\n      clearance\n      tenant {\n        id\n        name\n      }\n      lastSeen\n      canUndo {\n        id\n        summary\n        at\n        action\n        importId\n        investigationId\n      }\n      canRedo {\n        id\n        summary\n        at\n        undoOf\n        investigationId\n      }\n    }\n  }\n": types.ViewerDocument,
    "\n  mutation UpdateEntity($input: UpdateEntityInput!) {\n    updateEntity(input: $input) {\n      change {\n        id\n        summary\n      }\n    }\n  }\n": types.UpdateEntityDocument,
    "\n  mutation Judge($input: JudgeInput!) {\n    judge(input: $input) {\n      change {\n        id\n        summary\n      }\n      ids\n    }\n  }\n": types.JudgeDocument,
    "\n  mutation Split($input: SplitInput!) {\n    split(input: $input) {\n      change {\n        id\n        summary\n      }\n    }\n  }\n": types.SplitDocument,
    "\n  mutation WriteNote($input: WriteNoteInput!) {\n    writeNote(input: $input) {\n      change {\n        id\n        summary\n      }\n    }\n  }\n": types.WriteNoteDocument,
    "\n  fragment EntityFields on Entity {\n    id\n    caption\n    schema\n    aliases\n    countries\n    marking\n    recordCount\n    firstSeen\n    lastSeen\n    linkTotal\n    datasets {\n      key\n      title\n      reliability\n      kind\n    }\n    linkCounts {\n      type\n      label\n      direction\n      count\n      reference\n    }\n    investigations {\n      id\n      title\n      readOnly\n    }\n    judgements {\n      id\n      verdict\n      reason\n      at\n      by {\n        name\n      }\n      left {\n        id\n        caption\n      }\n      right {\n        id\n        caption\n      }\n    }\n    notes {\n      id\n      text\n      at\n      by {\n        name\n      }\n      property\n      value\n      investigationId\n    }\n    facts {\n      property\n      label\n      type\n      value\n      conflicting\n      validFrom\n      validTo\n      entity {\n        id\n        caption\n        schema\n      }\n      refuted {\n        at\n        reason\n        by {\n          name\n        }\n        recordId\n      }\n      sources {\n        dataset {\n          key\n          title\n          reliability\n          kind\n        }\n        record {\n          id\n        }\n        sourceRef {\n          row\n          line\n          alsoRows\n        }\n      }\n    }\n  }\n": types.EntityFieldsFragmentDoc,
    "\n  query Entity($id: ID!) {\n    entity(id: $id) {\n      ...EntityFields\n    }\n  }\n": types.EntityDocument,
    "\n  query EntityAt($id: ID!, $time: DateTime, $position: Position) {\n    at(time: $time, position: $position) {\n      entity(id: $id) {\n        ...EntityFields\n      }\n    }\n  }\n": types.EntityAtDocument,
    "\n  fragment RecordsFields on Entity {\n    records(first: 50, after: $after) {\n      bounded {\n        shown\n        total\n        totalIsExact\n      }\n      pageInfo {\n        endCursor\n        hasNextPage\n      }\n      edges {\n        node {\n          id\n          caption\n          schema\n          dataset {\n            key\n            title\n            reliability\n            kind\n          }\n          sourceRef {\n            row\n            line\n            alsoRows\n          }\n        }\n      }\n    }\n  }\n": types.RecordsFieldsFragmentDoc,
    "\n  query EntityRecords($id: ID!, $after: String) {\n    entity(id: $id) {\n      ...RecordsFields\n    }\n  }\n": types.EntityRecordsDocument,
    "\n  query EntityRecordsAt($id: ID!, $after: String, $time: DateTime, $position: Position) {\n    at(time: $time, position: $position) {\n      entity(id: $id) {\n        ...RecordsFields\n      }\n    }\n  }\n": types.EntityRecordsAtDocument,
    "\n  fragment LinksFields on Entity {\n    id\n    links(first: 25, after: $after, type: $type, direction: $direction) {\n      bounded {\n        shown\n        total\n        totalIsExact\n      }\n      pageInfo {\n        endCursor\n        hasNextPage\n      }\n      edges {\n        node {\n          id\n          direction\n          neighbour {\n            id\n            caption\n            schema\n          }\n          relationship {\n            id\n            type\n            label\n            validFrom\n            validTo\n            properties {\n              name\n              type\n              values\n            }\n            dataset {\n              key\n              title\n              reliability\n            }\n          }\n        }\n      }\n    }\n  }\n": types.LinksFieldsFragmentDoc,
    "\n  query EntityLinks($id: ID!, $type: String, $direction: Direction, $after: String) {\n    entity(id: $id) {\n      ...LinksFields\n    }\n  }\n": types.EntityLinksDocument,
    "\n  query EntityLinksAt($id: ID!, $type: String, $direction: Direction, $after: String, $time: DateTime, $position: Position) {\n    at(time: $time, position: $position) {\n      entity(id: $id) {\n        ...LinksFields\n      }\n    }\n  }\n": types.EntityLinksAtDocument,
    "\n  fragment HistoryFields on Entity {\n    history(first: 50) {\n      bounded {\n        shown\n        total\n        totalIsExact\n      }\n      edges {\n        node {\n          id\n          summary\n          action\n          at\n          reason\n          undoneBy\n          actor {\n            name\n          }\n        }\n      }\n    }\n  }\n": types.HistoryFieldsFragmentDoc,
    "\n  query EntityHistory($id: ID!) {\n    entity(id: $id) {\n      ...HistoryFields\n    }\n  }\n": types.EntityHistoryDocument,
    "\n  query EntityHistoryAt($id: ID!, $time: DateTime, $position: Position) {\n    at(time: $time, position: $position) {\n      entity(id: $id) {\n        ...HistoryFields\n      }\n    }\n  }\n": types.EntityHistoryAtDocument,
    "\n  mutation AddItems($input: AddItemsInput!) {\n    addItems(input: $input) {\n      change {\n        id\n        summary\n      }\n      ids\n    }\n  }\n": types.AddItemsDocument,
    "\n  query Ontology {\n    ontology {\n      schemas {\n        name\n        label\n        abstract\n        isRelationship\n        extends\n        featured\n        source\n        target\n        origin\n        properties {\n          name\n          label\n          type\n        }\n      }\n    }\n  }\n": types.OntologyDocument,
    "\n  fragment RecordSourceFields on Record {\n    id\n    caption\n    schema\n    validFrom\n    validTo\n    marking\n    dataset {\n      key\n      title\n      reliability\n      publisher\n      kind\n    }\n    properties {\n      name\n      label\n      type\n      values\n      entities {\n        id\n        caption\n      }\n    }\n    sourceRef {\n      alsoRows\n    }\n    source {\n      filename\n      importId\n      row\n      line\n      text\n      truncated\n      before\n      after\n      removed {\n        at\n        reason\n        by {\n          name\n        }\n      }\n    }\n  }\n": types.RecordSourceFieldsFragmentDoc,
    "\n  query RecordSource($id: ID!) {\n    record(id: $id) {\n      ...RecordSourceFields\n    }\n  }\n": types.RecordSourceDocument,
    "\n  query RecordSourceAt($id: ID!, $time: DateTime, $position: Position) {\n    at(time: $time, position: $position) {\n      record(id: $id) {\n        ...RecordSourceFields\n      }\n    }\n  }\n": types.RecordSourceAtDocument,
    "\n  query Datasets($after: String, $includeNotebooks: Boolean!) {\n    datasets(first: 100, after: $after, includeNotebooks: $includeNotebooks) {\n      bounded {\n        total\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      edges {\n        node {\n          id\n          key\n          title\n          kind\n          publisher\n          reliability\n          marking\n          investigationId\n          counts {\n            records\n            relationships\n            references\n            unresolved\n          }\n        }\n      }\n    }\n  }\n": types.DatasetsDocument,
    "\n  query DatasetNames {\n    datasets(first: 1000) {\n      bounded {\n        total\n      }\n      edges {\n        node {\n          key\n          title\n        }\n      }\n    }\n  }\n": types.DatasetNamesDocument,
    "\n  query DatasetPage($key: String!) {\n    dataset(key: $key) {\n      id\n      key\n      title\n      kind\n      publisher\n      url\n      licence\n      reliability\n      marking\n      metadata\n      investigationId\n      counts {\n        records\n        relationships\n        references\n        unresolved\n      }\n    }\n  }\n": types.DatasetPageDocument,
    "\n  mutation UpdateDataset($input: UpdateDatasetInput!) {\n    updateDataset(input: $input) {\n      change {\n        id\n        summary\n      }\n    }\n  }\n": types.UpdateDatasetDocument,
    "\n  mutation RemoveDataset($input: RemoveDatasetInput!) {\n    removeDataset(input: $input) {\n      change {\n        id\n        summary\n      }\n    }\n  }\n": types.RemoveDatasetDocument,
    "\n  query Changes($investigationId: ID, $actorId: ID, $action: String, $first: Int, $after: String) {\n    changes(\n      investigationId: $investigationId\n      actorId: $actorId\n      action: $action\n      first: $first\n      after: $after\n      wholeImports: true\n    ) {\n      bounded {\n        shown\n        total\n        totalIsExact\n      }\n      pageInfo {\n        endCursor\n        hasNextPage\n      }\n      edges {\n        node {\n          id\n          action\n          summary\n          reason\n          at\n          rows\n          canUndo\n          undoOf\n          undoneBy\n          importId\n          investigationId\n          import {\n            state\n            result\n          }\n          actor {\n            id\n            name\n            kind\n          }\n        }\n      }\n    }\n  }\n": types.ChangesDocument,
    "\n  query ChangeDetail($id: Position!) {\n    change(id: $id) {\n      id\n      action\n      summary\n      reason\n      at\n      rows\n      canUndo\n      undoOf\n      undoneBy\n      importId\n      investigationId\n      actor {\n        id\n        name\n        kind\n      }\n      targets {\n        id\n        kind\n        caption\n      }\n      import {\n        state\n        result\n      }\n      details(first: 60) {\n        pageInfo {\n          hasNextPage\n          endCursor\n        }\n        added\n        changed\n        removed\n        bounded {\n          shown\n          total\n          totalIsExact\n        }\n        rows {\n          id\n          act\n          kind\n          caption\n          before\n          after\n        }\n      }\n    }\n  }\n": types.ChangeDetailDocument,
    "\n  query ImportBatches($id: ID!, $after: String) {\n    import(id: $id) {\n      changes(first: 200, after: $after) {\n        pageInfo {\n          hasNextPage\n          endCursor\n        }\n        edges {\n          node {\n            id\n            rows\n            undoOf\n          }\n        }\n      }\n    }\n  }\n": types.ImportBatchesDocument,
    "\n  query ChangeRows($id: Position!, $after: String) {\n    change(id: $id) {\n      details(first: 60, after: $after) {\n        pageInfo {\n          hasNextPage\n          endCursor\n        }\n        rows {\n          id\n          act\n          kind\n          caption\n          before\n          after\n        }\n      }\n    }\n  }\n": types.ChangeRowsDocument,
    "\n  query Diff($from: Position!, $to: Position, $investigationId: ID, $after: String) {\n    diff(from: $from, to: $to, investigationId: $investigationId, first: 60, after: $after) {\n      added\n      changed\n      removed\n      bounded {\n        total\n        totalIsExact\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      rows {\n        id\n        act\n        kind\n        caption\n        before\n        after\n      }\n    }\n  }\n": types.DiffDocument,
    "\n  query InvestigationTitle($id: ID!) {\n    investigation(id: $id) {\n      title\n    }\n  }\n": types.InvestigationTitleDocument,
    "\n  query UndoneAct($id: Position!) {\n    change(id: $id) {\n      action\n      undoOf\n    }\n  }\n": types.UndoneActDocument,
    "\n  mutation Undo($input: UndoInput!, $preview: Boolean) {\n    undo(input: $input, preview: $preview) {\n      change {\n        id\n        summary\n      }\n      import {\n        id\n        filename\n      }\n      preview {\n        bounded {\n          shown\n          total\n          totalIsExact\n        }\n        rows {\n          id\n          act\n          kind\n          caption\n          before\n          after\n        }\n      }\n    }\n  }\n": types.UndoDocument,
    "\n  mutation Redo($input: RedoInput!) {\n    redo(input: $input) {\n      change {\n        id\n        summary\n      }\n    }\n  }\n": types.RedoDocument,
    "\n  mutation UndoImport($input: ImportActInput!) {\n    undoImport(input: $input) {\n      import {\n        id\n        state\n      }\n    }\n  }\n": types.UndoImportDocument,
    "\n  query Investigations($first: Int, $after: String) {\n    investigations(first: $first, after: $after) {\n      bounded {\n        total\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      edges {\n        node {\n          id\n          title\n          description\n          marking\n          archived\n          readOnly\n          itemCount\n          changesSinceSeen\n          changedAt\n          members {\n            role\n            user {\n              id\n              name\n            }\n          }\n        }\n      }\n    }\n  }\n": types.InvestigationsDocument,
    "\n  query HomeImports($active: Boolean, $first: Int) {\n    imports(active: $active, first: $first) {\n      bounded {\n        total\n      }\n      edges {\n        node {\n          id\n          filename\n          datasetKey\n          state\n          isPreview\n          result\n          startedAt\n          finishedAt\n          progress {\n            rows\n            rowsPerSecond\n            etaSeconds\n            bytesRead\n            bytesTotal\n            slowedBy\n          }\n        }\n      }\n    }\n  }\n": types.HomeImportsDocument,
    "\n  mutation CreateInvestigation($input: CreateInvestigationInput!) {\n    createInvestigation(input: $input) {\n      ids\n      change {\n        id\n        summary\n      }\n    }\n  }\n": types.CreateInvestigationDocument,
    "\n  mutation CopyInvestigation($input: CopyInvestigationInput!) {\n    copyInvestigation(input: $input) {\n      ids\n      change {\n        id\n        summary\n      }\n    }\n  }\n": types.CopyInvestigationDocument,
    "\n  query Picture($id: ID!) {\n    investigation(id: $id) {\n      id\n      items(first: 120) {\n        edges {\n          node {\n            entityId\n            x\n            y\n            entity {\n              id\n              schema\n            }\n          }\n        }\n      }\n      graph {\n        links {\n          source\n          target\n          datasets\n          relationshipIds\n        }\n      }\n    }\n  }\n": types.PictureDocument,
    "\n  mutation StartImport($input: StartImportInput!, $preview: Boolean) {\n    startImport(input: $input, preview: $preview) {\n      import {\n        id\n        state\n      }\n    }\n  }\n": types.StartImportDocument,
    "\n  mutation CancelImport($input: ImportActInput!) {\n    cancelImport(input: $input) {\n      import {\n        id\n        state\n      }\n    }\n  }\n": types.CancelImportDocument,
    "\n  mutation ResumeImport($input: ImportActInput!) {\n    resumeImport(input: $input) {\n      import {\n        id\n        state\n      }\n    }\n  }\n": types.ResumeImportDocument,
    "\n  mutation RetryRejects($input: RetryRejectsInput!) {\n    retryRejects(input: $input) {\n      import {\n        id\n        state\n      }\n    }\n  }\n": types.RetryRejectsDocument,
    "\n  mutation RemoveOriginal($input: RemoveFileInput!) {\n    removeFile(input: $input) {\n      change {\n        id\n        summary\n      }\n    }\n  }\n": types.RemoveOriginalDocument,
    "\n  query Uploaded($id: ID!) {\n    uploadedFile(id: $id) {\n      id\n      filename\n      bytes\n      format\n      encoding\n      delimiter\n      sheets\n      sha256\n      warnings\n      mapping\n      rows\n      columns {\n        name\n        becomes\n        samples\n      }\n    }\n  }\n": types.UploadedDocument,
    "\n  query MappingPreview($input: PreviewMappingInput!) {\n    previewMapping(input: $input) {\n      errors\n      ends {\n        found\n        of\n        dataset {\n          key\n          title\n        }\n      }\n      rejects {\n        id\n        row\n        line\n        code\n        reason\n        raw\n      }\n      rows {\n        id\n        kind\n        act\n        caption\n        after\n      }\n    }\n  }\n": types.MappingPreviewDocument,
    "\n  query Schemas {\n    ontology {\n      schemas {\n        name\n        label\n        abstract\n        isRelationship\n        origin\n        featured\n        properties {\n          name\n          label\n          type\n        }\n      }\n    }\n  }\n": types.SchemasDocument,
    "\n  query DatasetThere($key: String!) {\n    dataset(key: $key) {\n      key\n      title\n      counts {\n        records\n      }\n    }\n  }\n": types.DatasetThereDocument,
    "\n  query ImportJob($id: ID!) {\n    import(id: $id) {\n      id\n      state\n      isPreview\n      filename\n      format\n      mode\n      bytes\n      sha256\n      mapping\n      datasetKey\n      dataset {\n        key\n        title\n        marking\n      }\n      startedAt\n      finishedAt\n      startedBy {\n        name\n      }\n      warnings\n      result\n      removed {\n        by {\n          name\n        }\n        at\n        reason\n      }\n      error {\n        code\n        message\n      }\n      progress {\n        rows\n        records\n        relationships\n        rejects\n        bytesRead\n        bytesTotal\n        rowsPerSecond\n        etaSeconds\n        slowedBy\n      }\n      preview {\n        bounded {\n          shown\n          total\n          totalIsExact\n        }\n        rows {\n          id\n          kind\n          act\n          caption\n          before\n          after\n        }\n      }\n      rejects(first: 50) {\n        hidden\n        bounded {\n          shown\n          total\n          totalIsExact\n        }\n        edges {\n          node {\n            id\n            row\n            line\n            code\n            reason\n            raw\n          }\n        }\n      }\n    }\n  }\n": types.ImportJobDocument,
    "\n  query Imports($dataset: String, $after: String) {\n    imports(first: 50, after: $after, dataset: $dataset) {\n      bounded {\n        total\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      edges {\n        node {\n          id\n          filename\n          bytes\n          datasetKey\n          state\n          isPreview\n          result\n          startedAt\n          startedBy {\n            name\n          }\n          progress {\n            rows\n            rejects\n          }\n          removed {\n            by {\n              name\n            }\n            at\n            reason\n          }\n        }\n      }\n    }\n  }\n": types.ImportsDocument,
    "\n  query Search($query: String!, $filter: SearchFilter, $first: Int, $after: String) {\n    search(query: $query, filter: $filter, first: $first, after: $after) {\n      bounded {\n        shown\n        total\n        totalIsExact\n        complete\n        reason\n      }\n      notes\n      pageInfo {\n        endCursor\n        hasNextPage\n      }\n      facets {\n        name\n        exact\n        values {\n          value\n          label\n          count\n        }\n      }\n      hits {\n        score\n        matches {\n          property\n          label\n          value\n          how\n          spans\n        }\n        entity {\n          id\n          caption\n          schema\n          countries\n          recordCount\n          datasets {\n            key\n            title\n            reliability\n          }\n        }\n      }\n    }\n  }\n": types.SearchDocument,
    "\n  query ExportManifest($input: ExportInput!) {\n    exportManifest(input: $input) {\n      url\n      records\n      relationships\n      references\n      complete\n      losses {\n        what\n        count\n      }\n    }\n  }\n": types.ExportManifestDocument,
    "\n  query Projections {\n    projections {\n      name\n      state\n      lagChanges\n      lagIsExact\n      lagSeconds\n    }\n  }\n": types.ProjectionsDocument,
    "\n  subscription InvestigationChanged($id: ID!) {\n    investigationChanged(investigationId: $id) {\n      id\n      summary\n      action\n      at\n      actor {\n        id\n        name\n      }\n      touched {\n        id\n        kind\n      }\n    }\n  }\n": types.InvestigationChangedDocument,
    "\n  query Relationship($id: ID!) {\n    relationship(id: $id) {\n      id\n      label\n      type\n      validFrom\n      validTo\n      reference\n      dataset {\n        key\n        title\n        reliability\n        kind\n      }\n      properties {\n        name\n        label\n        type\n        values\n        entities {\n          id\n          caption\n        }\n      }\n      sourceRow {\n        filename\n        row\n        line\n        text\n        truncated\n      }\n    }\n  }\n": types.RelationshipDocument,
    "\n  mutation Arrange($input: ArrangeItemsInput!) {\n    arrangeItems(input: $input) {\n      change {\n        id\n        summary\n      }\n    }\n  }\n": types.ArrangeDocument,
    "\n  mutation RemoveItems($input: RemoveItemsInput!) {\n    removeItems(input: $input) {\n      change {\n        id\n        summary\n      }\n    }\n  }\n": types.RemoveItemsDocument,
    "\n  mutation CreateEntity($input: CreateEntityInput!) {\n    createEntity(input: $input) {\n      ids\n      change {\n        id\n        summary\n      }\n      hints {\n        entity {\n          id\n          caption\n          schema\n        }\n      }\n    }\n  }\n": types.CreateEntityDocument,
    "\n  mutation DeleteEntity($input: DeleteEntityInput!) {\n    deleteEntity(input: $input) {\n      change {\n        id\n        summary\n      }\n    }\n  }\n": types.DeleteEntityDocument,
    "\n  mutation CreateRelationship($input: CreateRelationshipInput!) {\n    createRelationship(input: $input) {\n      ids\n      change {\n        id\n        summary\n      }\n    }\n  }\n": types.CreateRelationshipDocument,
    "\n  mutation DeleteRelationship($input: DeleteRelationshipInput!) {\n    deleteRelationship(input: $input) {\n      change {\n        id\n        summary\n      }\n    }\n  }\n": types.DeleteRelationshipDocument,
    "\n  mutation UpdateInvestigation($input: UpdateInvestigationInput!) {\n    updateInvestigation(input: $input) {\n      change {\n        id\n        summary\n      }\n    }\n  }\n": types.UpdateInvestigationDocument,
    "\n  mutation MarkSeen($investigationId: ID) {\n    markSeen(investigationId: $investigationId)\n  }\n": types.MarkSeenDocument,
    "\n  fragment MomentFields on Moment {\n    at\n    position\n    change {\n      id\n      summary\n      at\n      actor {\n        name\n      }\n    }\n  }\n": types.MomentFieldsFragmentDoc,
    "\n  fragment CaseFields on Investigation {\n    id\n    title\n    description\n    marking\n    archived\n    readOnly\n    itemCount\n    createdAt\n    changedAt\n    createdBy {\n      id\n      name\n    }\n    members {\n      role\n      user {\n        id\n        name\n      }\n    }\n    notebook {\n      id\n      key\n    }\n    notes {\n      id\n      text\n      at\n      targetId\n      by {\n        name\n      }\n    }\n    items(first: 1000, after: $after) {\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      edges {\n        node {\n          entityId\n          takenOut\n          x\n          y\n          pinned\n          hidden\n          entity {\n            id\n            caption\n            schema\n            countries\n            lastSeen\n            datasets {\n              key\n              title\n              kind\n            }\n          }\n        }\n      }\n    }\n  }\n": types.CaseFieldsFragmentDoc,
    "\n  query Case($id: ID!, $after: String) {\n    investigation(id: $id) {\n      ...CaseFields\n    }\n  }\n": types.CaseDocument,
    "\n  query CaseAt($id: ID!, $after: String, $time: DateTime, $position: Position) {\n    at(time: $time, position: $position) {\n      ...MomentFields\n      investigation(id: $id) {\n        ...CaseFields\n      }\n    }\n  }\n": types.CaseAtDocument,
    "\n  query CaseRights($id: ID!) {\n    investigation(id: $id) {\n      archived\n      readOnly\n      members {\n        role\n        user {\n          id\n          name\n        }\n      }\n    }\n  }\n": types.CaseRightsDocument,
    "\n  fragment GraphFields on Subgraph {\n    bounded {\n      complete\n      shown\n      total\n    }\n    links {\n      source\n      target\n      type\n      label\n      directed\n      reference\n      datasets\n      relationshipIds\n      validFrom\n      validTo\n    }\n  }\n": types.GraphFieldsFragmentDoc,
    "\n  query CaseGraph($id: ID!, $references: Boolean!) {\n    investigation(id: $id) {\n      graph(references: $references) {\n        ...GraphFields\n      }\n    }\n  }\n": types.CaseGraphDocument,
    "\n  query CaseGraphAt($id: ID!, $references: Boolean!, $time: DateTime, $position: Position) {\n    at(time: $time, position: $position) {\n      investigation(id: $id) {\n        graph(references: $references) {\n          ...GraphFields\n        }\n      }\n    }\n  }\n": types.CaseGraphAtDocument,
    "\n  fragment WeightFields on Entity {\n    id\n    linkTotal\n    facts {\n      property\n      conflicting\n      refuted {\n        at\n      }\n    }\n  }\n": types.WeightFieldsFragmentDoc,
    "\n  query Weights($ids: [ID!]!) {\n    entities(ids: $ids) {\n      ...WeightFields\n    }\n  }\n": types.WeightsDocument,
    "\n  query WeightsAt($ids: [ID!]!, $time: DateTime, $position: Position) {\n    at(time: $time, position: $position) {\n      entities(ids: $ids) {\n        ...WeightFields\n      }\n    }\n  }\n": types.WeightsAtDocument,
    "\n  query LinkCounts($ids: [ID!]!) {\n    entities(ids: $ids) {\n      id\n      caption\n      linkCounts {\n        type\n        label\n        direction\n        count\n        reference\n      }\n    }\n  }\n": types.LinkCountsDocument,
    "\n  query Neighbourhood($input: NeighbourhoodInput!) {\n    neighbourhood(input: $input) {\n      bounded {\n        complete\n        total\n        totalIsExact\n      }\n      entities {\n        id\n        caption\n        schema\n        countries\n        lastSeen\n        datasets {\n          key\n          title\n          kind\n        }\n      }\n    }\n  }\n": types.NeighbourhoodDocument,
    "\n  query LinksAmong($ids: [ID!]!, $references: Boolean!) {\n    subgraph(entityIds: $ids, references: $references) {\n      ...GraphFields\n    }\n  }\n": types.LinksAmongDocument,
    "\n  fragment FoundFields on Entity {\n    id\n    caption\n    schema\n    countries\n    lastSeen\n    datasets {\n      key\n      title\n      kind\n    }\n  }\n": types.FoundFieldsFragmentDoc,
    "\n  fragment PathsFields on PathsResult {\n    bounded {\n      complete\n      reason\n      shown\n      total\n      totalIsExact\n    }\n    entities {\n      ...FoundFields\n    }\n    paths {\n      hops\n      entityIds\n      links {\n        source\n        target\n        label\n        type\n        directed\n        reference\n        relationshipIds\n      }\n    }\n  }\n": types.PathsFieldsFragmentDoc,
    "\n  query Paths($input: PathsInput!) {\n    paths(input: $input) {\n      ...PathsFields\n    }\n  }\n": types.PathsDocument,
    "\n  query MomentPaths($input: PathsInput!, $time: DateTime, $position: Position) {\n    at(time: $time, position: $position) {\n      paths(input: $input) {\n        ...PathsFields\n      }\n    }\n  }\n": types.MomentPathsDocument,
    "\n  fragment CommonFields on CommonNeighboursResult {\n    bounded {\n      complete\n      reason\n      shown\n      total\n      totalIsExact\n    }\n    neighbours {\n      entity {\n        ...FoundFields\n      }\n      links {\n        source\n        target\n        label\n      }\n    }\n  }\n": types.CommonFieldsFragmentDoc,
    "\n  query CommonNeighbours($input: CommonNeighboursInput!) {\n    commonNeighbours(input: $input) {\n      ...CommonFields\n    }\n  }\n": types.CommonNeighboursDocument,
    "\n  query MomentCommonNeighbours($input: CommonNeighboursInput!, $time: DateTime, $position: Position) {\n    at(time: $time, position: $position) {\n      commonNeighbours(input: $input) {\n        ...CommonFields\n      }\n    }\n  }\n": types.MomentCommonNeighboursDocument,
    "\n  query People($name: String) {\n    people(name: $name, first: 50) {\n      id\n      name\n    }\n  }\n": types.PeopleDocument,
    "\n  mutation SetMember($input: SetMemberInput!) {\n    setMember(input: $input) {\n      change {\n        id\n        summary\n      }\n    }\n  }\n": types.SetMemberDocument,
    "\n  mutation RemoveMember($input: RemoveMemberInput!) {\n    removeMember(input: $input) {\n      change {\n        id\n        summary\n      }\n    }\n  }\n": types.RemoveMemberDocument,
    "\n  query NamesNow($ids: [ID!]!) {\n    entities(ids: $ids) {\n      id\n    }\n  }\n": types.NamesNowDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Viewer {\n    viewer {\n      id\n      name\n      roles\n      clearance\n      tenant {\n        id\n        name\n      }\n      lastSeen\n      canUndo {\n        id\n        summary\n        at\n        action\n        importId\n        investigationId\n      }\n      canRedo {\n        id\n        summary\n        at\n        undoOf\n        investigationId\n      }\n    }\n  }\n"): typeof import('./graphql.ts').ViewerDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation UpdateEntity($input: UpdateEntityInput!) {\n    updateEntity(input: $input) {\n      change {\n        id\n        summary\n      }\n    }\n  }\n"): typeof import('./graphql.ts').UpdateEntityDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation Judge($input: JudgeInput!) {\n    judge(input: $input) {\n      change {\n        id\n        summary\n      }\n      ids\n    }\n  }\n"): typeof import('./graphql.ts').JudgeDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation Split($input: SplitInput!) {\n    split(input: $input) {\n      change {\n        id\n        summary\n      }\n    }\n  }\n"): typeof import('./graphql.ts').SplitDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation WriteNote($input: WriteNoteInput!) {\n    writeNote(input: $input) {\n      change {\n        id\n        summary\n      }\n    }\n  }\n"): typeof import('./graphql.ts').WriteNoteDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment EntityFields on Entity {\n    id\n    caption\n    schema\n    aliases\n    countries\n    marking\n    recordCount\n    firstSeen\n    lastSeen\n    linkTotal\n    datasets {\n      key\n      title\n      reliability\n      kind\n    }\n    linkCounts {\n      type\n      label\n      direction\n      count\n      reference\n    }\n    investigations {\n      id\n      title\n      readOnly\n    }\n    judgements {\n      id\n      verdict\n      reason\n      at\n      by {\n        name\n      }\n      left {\n        id\n        caption\n      }\n      right {\n        id\n        caption\n      }\n    }\n    notes {\n      id\n      text\n      at\n      by {\n        name\n      }\n      property\n      value\n      investigationId\n    }\n    facts {\n      property\n      label\n      type\n      value\n      conflicting\n      validFrom\n      validTo\n      entity {\n        id\n        caption\n        schema\n      }\n      refuted {\n        at\n        reason\n        by {\n          name\n        }\n        recordId\n      }\n      sources {\n        dataset {\n          key\n          title\n          reliability\n          kind\n        }\n        record {\n          id\n        }\n        sourceRef {\n          row\n          line\n          alsoRows\n        }\n      }\n    }\n  }\n"): typeof import('./graphql.ts').EntityFieldsFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Entity($id: ID!) {\n    entity(id: $id) {\n      ...EntityFields\n    }\n  }\n"): typeof import('./graphql.ts').EntityDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query EntityAt($id: ID!, $time: DateTime, $position: Position) {\n    at(time: $time, position: $position) {\n      entity(id: $id) {\n        ...EntityFields\n      }\n    }\n  }\n"): typeof import('./graphql.ts').EntityAtDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment RecordsFields on Entity {\n    records(first: 50, after: $after) {\n      bounded {\n        shown\n        total\n        totalIsExact\n      }\n      pageInfo {\n        endCursor\n        hasNextPage\n      }\n      edges {\n        node {\n          id\n          caption\n          schema\n          dataset {\n            key\n            title\n            reliability\n            kind\n          }\n          sourceRef {\n            row\n            line\n            alsoRows\n          }\n        }\n      }\n    }\n  }\n"): typeof import('./graphql.ts').RecordsFieldsFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query EntityRecords($id: ID!, $after: String) {\n    entity(id: $id) {\n      ...RecordsFields\n    }\n  }\n"): typeof import('./graphql.ts').EntityRecordsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query EntityRecordsAt($id: ID!, $after: String, $time: DateTime, $position: Position) {\n    at(time: $time, position: $position) {\n      entity(id: $id) {\n        ...RecordsFields\n      }\n    }\n  }\n"): typeof import('./graphql.ts').EntityRecordsAtDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment LinksFields on Entity {\n    id\n    links(first: 25, after: $after, type: $type, direction: $direction) {\n      bounded {\n        shown\n        total\n        totalIsExact\n      }\n      pageInfo {\n        endCursor\n        hasNextPage\n      }\n      edges {\n        node {\n          id\n          direction\n          neighbour {\n            id\n            caption\n            schema\n          }\n          relationship {\n            id\n            type\n            label\n            validFrom\n            validTo\n            properties {\n              name\n              type\n              values\n            }\n            dataset {\n              key\n              title\n              reliability\n            }\n          }\n        }\n      }\n    }\n  }\n"): typeof import('./graphql.ts').LinksFieldsFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query EntityLinks($id: ID!, $type: String, $direction: Direction, $after: String) {\n    entity(id: $id) {\n      ...LinksFields\n    }\n  }\n"): typeof import('./graphql.ts').EntityLinksDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query EntityLinksAt($id: ID!, $type: String, $direction: Direction, $after: String, $time: DateTime, $position: Position) {\n    at(time: $time, position: $position) {\n      entity(id: $id) {\n        ...LinksFields\n      }\n    }\n  }\n"): typeof import('./graphql.ts').EntityLinksAtDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment HistoryFields on Entity {\n    history(first: 50) {\n      bounded {\n        shown\n        total\n        totalIsExact\n      }\n      edges {\n        node {\n          id\n          summary\n          action\n          at\n          reason\n          undoneBy\n          actor {\n            name\n          }\n        }\n      }\n    }\n  }\n"): typeof import('./graphql.ts').HistoryFieldsFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query EntityHistory($id: ID!) {\n    entity(id: $id) {\n      ...HistoryFields\n    }\n  }\n"): typeof import('./graphql.ts').EntityHistoryDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query EntityHistoryAt($id: ID!, $time: DateTime, $position: Position) {\n    at(time: $time, position: $position) {\n      entity(id: $id) {\n        ...HistoryFields\n      }\n    }\n  }\n"): typeof import('./graphql.ts').EntityHistoryAtDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation AddItems($input: AddItemsInput!) {\n    addItems(input: $input) {\n      change {\n        id\n        summary\n      }\n      ids\n    }\n  }\n"): typeof import('./graphql.ts').AddItemsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Ontology {\n    ontology {\n      schemas {\n        name\n        label\n        abstract\n        isRelationship\n        extends\n        featured\n        source\n        target\n        origin\n        properties {\n          name\n          label\n          type\n        }\n      }\n    }\n  }\n"): typeof import('./graphql.ts').OntologyDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment RecordSourceFields on Record {\n    id\n    caption\n    schema\n    validFrom\n    validTo\n    marking\n    dataset {\n      key\n      title\n      reliability\n      publisher\n      kind\n    }\n    properties {\n      name\n      label\n      type\n      values\n      entities {\n        id\n        caption\n      }\n    }\n    sourceRef {\n      alsoRows\n    }\n    source {\n      filename\n      importId\n      row\n      line\n      text\n      truncated\n      before\n      after\n      removed {\n        at\n        reason\n        by {\n          name\n        }\n      }\n    }\n  }\n"): typeof import('./graphql.ts').RecordSourceFieldsFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query RecordSource($id: ID!) {\n    record(id: $id) {\n      ...RecordSourceFields\n    }\n  }\n"): typeof import('./graphql.ts').RecordSourceDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query RecordSourceAt($id: ID!, $time: DateTime, $position: Position) {\n    at(time: $time, position: $position) {\n      record(id: $id) {\n        ...RecordSourceFields\n      }\n    }\n  }\n"): typeof import('./graphql.ts').RecordSourceAtDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Datasets($after: String, $includeNotebooks: Boolean!) {\n    datasets(first: 100, after: $after, includeNotebooks: $includeNotebooks) {\n      bounded {\n        total\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      edges {\n        node {\n          id\n          key\n          title\n          kind\n          publisher\n          reliability\n          marking\n          investigationId\n          counts {\n            records\n            relationships\n            references\n            unresolved\n          }\n        }\n      }\n    }\n  }\n"): typeof import('./graphql.ts').DatasetsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query DatasetNames {\n    datasets(first: 1000) {\n      bounded {\n        total\n      }\n      edges {\n        node {\n          key\n          title\n        }\n      }\n    }\n  }\n"): typeof import('./graphql.ts').DatasetNamesDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query DatasetPage($key: String!) {\n    dataset(key: $key) {\n      id\n      key\n      title\n      kind\n      publisher\n      url\n      licence\n      reliability\n      marking\n      metadata\n      investigationId\n      counts {\n        records\n        relationships\n        references\n        unresolved\n      }\n    }\n  }\n"): typeof import('./graphql.ts').DatasetPageDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation UpdateDataset($input: UpdateDatasetInput!) {\n    updateDataset(input: $input) {\n      change {\n        id\n        summary\n      }\n    }\n  }\n"): typeof import('./graphql.ts').UpdateDatasetDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RemoveDataset($input: RemoveDatasetInput!) {\n    removeDataset(input: $input) {\n      change {\n        id\n        summary\n      }\n    }\n  }\n"): typeof import('./graphql.ts').RemoveDatasetDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Changes($investigationId: ID, $actorId: ID, $action: String, $first: Int, $after: String) {\n    changes(\n      investigationId: $investigationId\n      actorId: $actorId\n      action: $action\n      first: $first\n      after: $after\n      wholeImports: true\n    ) {\n      bounded {\n        shown\n        total\n        totalIsExact\n      }\n      pageInfo {\n        endCursor\n        hasNextPage\n      }\n      edges {\n        node {\n          id\n          action\n          summary\n          reason\n          at\n          rows\n          canUndo\n          undoOf\n          undoneBy\n          importId\n          investigationId\n          import {\n            state\n            result\n          }\n          actor {\n            id\n            name\n            kind\n          }\n        }\n      }\n    }\n  }\n"): typeof import('./graphql.ts').ChangesDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ChangeDetail($id: Position!) {\n    change(id: $id) {\n      id\n      action\n      summary\n      reason\n      at\n      rows\n      canUndo\n      undoOf\n      undoneBy\n      importId\n      investigationId\n      actor {\n        id\n        name\n        kind\n      }\n      targets {\n        id\n        kind\n        caption\n      }\n      import {\n        state\n        result\n      }\n      details(first: 60) {\n        pageInfo {\n          hasNextPage\n          endCursor\n        }\n        added\n        changed\n        removed\n        bounded {\n          shown\n          total\n          totalIsExact\n        }\n        rows {\n          id\n          act\n          kind\n          caption\n          before\n          after\n        }\n      }\n    }\n  }\n"): typeof import('./graphql.ts').ChangeDetailDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ImportBatches($id: ID!, $after: String) {\n    import(id: $id) {\n      changes(first: 200, after: $after) {\n        pageInfo {\n          hasNextPage\n          endCursor\n        }\n        edges {\n          node {\n            id\n            rows\n            undoOf\n          }\n        }\n      }\n    }\n  }\n"): typeof import('./graphql.ts').ImportBatchesDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ChangeRows($id: Position!, $after: String) {\n    change(id: $id) {\n      details(first: 60, after: $after) {\n        pageInfo {\n          hasNextPage\n          endCursor\n        }\n        rows {\n          id\n          act\n          kind\n          caption\n          before\n          after\n        }\n      }\n    }\n  }\n"): typeof import('./graphql.ts').ChangeRowsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Diff($from: Position!, $to: Position, $investigationId: ID, $after: String) {\n    diff(from: $from, to: $to, investigationId: $investigationId, first: 60, after: $after) {\n      added\n      changed\n      removed\n      bounded {\n        total\n        totalIsExact\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      rows {\n        id\n        act\n        kind\n        caption\n        before\n        after\n      }\n    }\n  }\n"): typeof import('./graphql.ts').DiffDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query InvestigationTitle($id: ID!) {\n    investigation(id: $id) {\n      title\n    }\n  }\n"): typeof import('./graphql.ts').InvestigationTitleDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query UndoneAct($id: Position!) {\n    change(id: $id) {\n      action\n      undoOf\n    }\n  }\n"): typeof import('./graphql.ts').UndoneActDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation Undo($input: UndoInput!, $preview: Boolean) {\n    undo(input: $input, preview: $preview) {\n      change {\n        id\n        summary\n      }\n      import {\n        id\n        filename\n      }\n      preview {\n        bounded {\n          shown\n          total\n          totalIsExact\n        }\n        rows {\n          id\n          act\n          kind\n          caption\n          before\n          after\n        }\n      }\n    }\n  }\n"): typeof import('./graphql.ts').UndoDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation Redo($input: RedoInput!) {\n    redo(input: $input) {\n      change {\n        id\n        summary\n      }\n    }\n  }\n"): typeof import('./graphql.ts').RedoDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation UndoImport($input: ImportActInput!) {\n    undoImport(input: $input) {\n      import {\n        id\n        state\n      }\n    }\n  }\n"): typeof import('./graphql.ts').UndoImportDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Investigations($first: Int, $after: String) {\n    investigations(first: $first, after: $after) {\n      bounded {\n        total\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      edges {\n        node {\n          id\n          title\n          description\n          marking\n          archived\n          readOnly\n          itemCount\n          changesSinceSeen\n          changedAt\n          members {\n            role\n            user {\n              id\n              name\n            }\n          }\n        }\n      }\n    }\n  }\n"): typeof import('./graphql.ts').InvestigationsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query HomeImports($active: Boolean, $first: Int) {\n    imports(active: $active, first: $first) {\n      bounded {\n        total\n      }\n      edges {\n        node {\n          id\n          filename\n          datasetKey\n          state\n          isPreview\n          result\n          startedAt\n          finishedAt\n          progress {\n            rows\n            rowsPerSecond\n            etaSeconds\n            bytesRead\n            bytesTotal\n            slowedBy\n          }\n        }\n      }\n    }\n  }\n"): typeof import('./graphql.ts').HomeImportsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreateInvestigation($input: CreateInvestigationInput!) {\n    createInvestigation(input: $input) {\n      ids\n      change {\n        id\n        summary\n      }\n    }\n  }\n"): typeof import('./graphql.ts').CreateInvestigationDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CopyInvestigation($input: CopyInvestigationInput!) {\n    copyInvestigation(input: $input) {\n      ids\n      change {\n        id\n        summary\n      }\n    }\n  }\n"): typeof import('./graphql.ts').CopyInvestigationDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Picture($id: ID!) {\n    investigation(id: $id) {\n      id\n      items(first: 120) {\n        edges {\n          node {\n            entityId\n            x\n            y\n            entity {\n              id\n              schema\n            }\n          }\n        }\n      }\n      graph {\n        links {\n          source\n          target\n          datasets\n          relationshipIds\n        }\n      }\n    }\n  }\n"): typeof import('./graphql.ts').PictureDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation StartImport($input: StartImportInput!, $preview: Boolean) {\n    startImport(input: $input, preview: $preview) {\n      import {\n        id\n        state\n      }\n    }\n  }\n"): typeof import('./graphql.ts').StartImportDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CancelImport($input: ImportActInput!) {\n    cancelImport(input: $input) {\n      import {\n        id\n        state\n      }\n    }\n  }\n"): typeof import('./graphql.ts').CancelImportDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ResumeImport($input: ImportActInput!) {\n    resumeImport(input: $input) {\n      import {\n        id\n        state\n      }\n    }\n  }\n"): typeof import('./graphql.ts').ResumeImportDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RetryRejects($input: RetryRejectsInput!) {\n    retryRejects(input: $input) {\n      import {\n        id\n        state\n      }\n    }\n  }\n"): typeof import('./graphql.ts').RetryRejectsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RemoveOriginal($input: RemoveFileInput!) {\n    removeFile(input: $input) {\n      change {\n        id\n        summary\n      }\n    }\n  }\n"): typeof import('./graphql.ts').RemoveOriginalDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Uploaded($id: ID!) {\n    uploadedFile(id: $id) {\n      id\n      filename\n      bytes\n      format\n      encoding\n      delimiter\n      sheets\n      sha256\n      warnings\n      mapping\n      rows\n      columns {\n        name\n        becomes\n        samples\n      }\n    }\n  }\n"): typeof import('./graphql.ts').UploadedDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query MappingPreview($input: PreviewMappingInput!) {\n    previewMapping(input: $input) {\n      errors\n      ends {\n        found\n        of\n        dataset {\n          key\n          title\n        }\n      }\n      rejects {\n        id\n        row\n        line\n        code\n        reason\n        raw\n      }\n      rows {\n        id\n        kind\n        act\n        caption\n        after\n      }\n    }\n  }\n"): typeof import('./graphql.ts').MappingPreviewDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Schemas {\n    ontology {\n      schemas {\n        name\n        label\n        abstract\n        isRelationship\n        origin\n        featured\n        properties {\n          name\n          label\n          type\n        }\n      }\n    }\n  }\n"): typeof import('./graphql.ts').SchemasDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query DatasetThere($key: String!) {\n    dataset(key: $key) {\n      key\n      title\n      counts {\n        records\n      }\n    }\n  }\n"): typeof import('./graphql.ts').DatasetThereDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ImportJob($id: ID!) {\n    import(id: $id) {\n      id\n      state\n      isPreview\n      filename\n      format\n      mode\n      bytes\n      sha256\n      mapping\n      datasetKey\n      dataset {\n        key\n        title\n        marking\n      }\n      startedAt\n      finishedAt\n      startedBy {\n        name\n      }\n      warnings\n      result\n      removed {\n        by {\n          name\n        }\n        at\n        reason\n      }\n      error {\n        code\n        message\n      }\n      progress {\n        rows\n        records\n        relationships\n        rejects\n        bytesRead\n        bytesTotal\n        rowsPerSecond\n        etaSeconds\n        slowedBy\n      }\n      preview {\n        bounded {\n          shown\n          total\n          totalIsExact\n        }\n        rows {\n          id\n          kind\n          act\n          caption\n          before\n          after\n        }\n      }\n      rejects(first: 50) {\n        hidden\n        bounded {\n          shown\n          total\n          totalIsExact\n        }\n        edges {\n          node {\n            id\n            row\n            line\n            code\n            reason\n            raw\n          }\n        }\n      }\n    }\n  }\n"): typeof import('./graphql.ts').ImportJobDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Imports($dataset: String, $after: String) {\n    imports(first: 50, after: $after, dataset: $dataset) {\n      bounded {\n        total\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      edges {\n        node {\n          id\n          filename\n          bytes\n          datasetKey\n          state\n          isPreview\n          result\n          startedAt\n          startedBy {\n            name\n          }\n          progress {\n            rows\n            rejects\n          }\n          removed {\n            by {\n              name\n            }\n            at\n            reason\n          }\n        }\n      }\n    }\n  }\n"): typeof import('./graphql.ts').ImportsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Search($query: String!, $filter: SearchFilter, $first: Int, $after: String) {\n    search(query: $query, filter: $filter, first: $first, after: $after) {\n      bounded {\n        shown\n        total\n        totalIsExact\n        complete\n        reason\n      }\n      notes\n      pageInfo {\n        endCursor\n        hasNextPage\n      }\n      facets {\n        name\n        exact\n        values {\n          value\n          label\n          count\n        }\n      }\n      hits {\n        score\n        matches {\n          property\n          label\n          value\n          how\n          spans\n        }\n        entity {\n          id\n          caption\n          schema\n          countries\n          recordCount\n          datasets {\n            key\n            title\n            reliability\n          }\n        }\n      }\n    }\n  }\n"): typeof import('./graphql.ts').SearchDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ExportManifest($input: ExportInput!) {\n    exportManifest(input: $input) {\n      url\n      records\n      relationships\n      references\n      complete\n      losses {\n        what\n        count\n      }\n    }\n  }\n"): typeof import('./graphql.ts').ExportManifestDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Projections {\n    projections {\n      name\n      state\n      lagChanges\n      lagIsExact\n      lagSeconds\n    }\n  }\n"): typeof import('./graphql.ts').ProjectionsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription InvestigationChanged($id: ID!) {\n    investigationChanged(investigationId: $id) {\n      id\n      summary\n      action\n      at\n      actor {\n        id\n        name\n      }\n      touched {\n        id\n        kind\n      }\n    }\n  }\n"): typeof import('./graphql.ts').InvestigationChangedDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Relationship($id: ID!) {\n    relationship(id: $id) {\n      id\n      label\n      type\n      validFrom\n      validTo\n      reference\n      dataset {\n        key\n        title\n        reliability\n        kind\n      }\n      properties {\n        name\n        label\n        type\n        values\n        entities {\n          id\n          caption\n        }\n      }\n      sourceRow {\n        filename\n        row\n        line\n        text\n        truncated\n      }\n    }\n  }\n"): typeof import('./graphql.ts').RelationshipDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation Arrange($input: ArrangeItemsInput!) {\n    arrangeItems(input: $input) {\n      change {\n        id\n        summary\n      }\n    }\n  }\n"): typeof import('./graphql.ts').ArrangeDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RemoveItems($input: RemoveItemsInput!) {\n    removeItems(input: $input) {\n      change {\n        id\n        summary\n      }\n    }\n  }\n"): typeof import('./graphql.ts').RemoveItemsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreateEntity($input: CreateEntityInput!) {\n    createEntity(input: $input) {\n      ids\n      change {\n        id\n        summary\n      }\n      hints {\n        entity {\n          id\n          caption\n          schema\n        }\n      }\n    }\n  }\n"): typeof import('./graphql.ts').CreateEntityDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DeleteEntity($input: DeleteEntityInput!) {\n    deleteEntity(input: $input) {\n      change {\n        id\n        summary\n      }\n    }\n  }\n"): typeof import('./graphql.ts').DeleteEntityDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreateRelationship($input: CreateRelationshipInput!) {\n    createRelationship(input: $input) {\n      ids\n      change {\n        id\n        summary\n      }\n    }\n  }\n"): typeof import('./graphql.ts').CreateRelationshipDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DeleteRelationship($input: DeleteRelationshipInput!) {\n    deleteRelationship(input: $input) {\n      change {\n        id\n        summary\n      }\n    }\n  }\n"): typeof import('./graphql.ts').DeleteRelationshipDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation UpdateInvestigation($input: UpdateInvestigationInput!) {\n    updateInvestigation(input: $input) {\n      change {\n        id\n        summary\n      }\n    }\n  }\n"): typeof import('./graphql.ts').UpdateInvestigationDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation MarkSeen($investigationId: ID) {\n    markSeen(investigationId: $investigationId)\n  }\n"): typeof import('./graphql.ts').MarkSeenDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment MomentFields on Moment {\n    at\n    position\n    change {\n      id\n      summary\n      at\n      actor {\n        name\n      }\n    }\n  }\n"): typeof import('./graphql.ts').MomentFieldsFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment CaseFields on Investigation {\n    id\n    title\n    description\n    marking\n    archived\n    readOnly\n    itemCount\n    createdAt\n    changedAt\n    createdBy {\n      id\n      name\n    }\n    members {\n      role\n      user {\n        id\n        name\n      }\n    }\n    notebook {\n      id\n      key\n    }\n    notes {\n      id\n      text\n      at\n      targetId\n      by {\n        name\n      }\n    }\n    items(first: 1000, after: $after) {\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      edges {\n        node {\n          entityId\n          takenOut\n          x\n          y\n          pinned\n          hidden\n          entity {\n            id\n            caption\n            schema\n            countries\n            lastSeen\n            datasets {\n              key\n              title\n              kind\n            }\n          }\n        }\n      }\n    }\n  }\n"): typeof import('./graphql.ts').CaseFieldsFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Case($id: ID!, $after: String) {\n    investigation(id: $id) {\n      ...CaseFields\n    }\n  }\n"): typeof import('./graphql.ts').CaseDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query CaseAt($id: ID!, $after: String, $time: DateTime, $position: Position) {\n    at(time: $time, position: $position) {\n      ...MomentFields\n      investigation(id: $id) {\n        ...CaseFields\n      }\n    }\n  }\n"): typeof import('./graphql.ts').CaseAtDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query CaseRights($id: ID!) {\n    investigation(id: $id) {\n      archived\n      readOnly\n      members {\n        role\n        user {\n          id\n          name\n        }\n      }\n    }\n  }\n"): typeof import('./graphql.ts').CaseRightsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment GraphFields on Subgraph {\n    bounded {\n      complete\n      shown\n      total\n    }\n    links {\n      source\n      target\n      type\n      label\n      directed\n      reference\n      datasets\n      relationshipIds\n      validFrom\n      validTo\n    }\n  }\n"): typeof import('./graphql.ts').GraphFieldsFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query CaseGraph($id: ID!, $references: Boolean!) {\n    investigation(id: $id) {\n      graph(references: $references) {\n        ...GraphFields\n      }\n    }\n  }\n"): typeof import('./graphql.ts').CaseGraphDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query CaseGraphAt($id: ID!, $references: Boolean!, $time: DateTime, $position: Position) {\n    at(time: $time, position: $position) {\n      investigation(id: $id) {\n        graph(references: $references) {\n          ...GraphFields\n        }\n      }\n    }\n  }\n"): typeof import('./graphql.ts').CaseGraphAtDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment WeightFields on Entity {\n    id\n    linkTotal\n    facts {\n      property\n      conflicting\n      refuted {\n        at\n      }\n    }\n  }\n"): typeof import('./graphql.ts').WeightFieldsFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Weights($ids: [ID!]!) {\n    entities(ids: $ids) {\n      ...WeightFields\n    }\n  }\n"): typeof import('./graphql.ts').WeightsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query WeightsAt($ids: [ID!]!, $time: DateTime, $position: Position) {\n    at(time: $time, position: $position) {\n      entities(ids: $ids) {\n        ...WeightFields\n      }\n    }\n  }\n"): typeof import('./graphql.ts').WeightsAtDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query LinkCounts($ids: [ID!]!) {\n    entities(ids: $ids) {\n      id\n      caption\n      linkCounts {\n        type\n        label\n        direction\n        count\n        reference\n      }\n    }\n  }\n"): typeof import('./graphql.ts').LinkCountsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Neighbourhood($input: NeighbourhoodInput!) {\n    neighbourhood(input: $input) {\n      bounded {\n        complete\n        total\n        totalIsExact\n      }\n      entities {\n        id\n        caption\n        schema\n        countries\n        lastSeen\n        datasets {\n          key\n          title\n          kind\n        }\n      }\n    }\n  }\n"): typeof import('./graphql.ts').NeighbourhoodDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query LinksAmong($ids: [ID!]!, $references: Boolean!) {\n    subgraph(entityIds: $ids, references: $references) {\n      ...GraphFields\n    }\n  }\n"): typeof import('./graphql.ts').LinksAmongDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment FoundFields on Entity {\n    id\n    caption\n    schema\n    countries\n    lastSeen\n    datasets {\n      key\n      title\n      kind\n    }\n  }\n"): typeof import('./graphql.ts').FoundFieldsFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment PathsFields on PathsResult {\n    bounded {\n      complete\n      reason\n      shown\n      total\n      totalIsExact\n    }\n    entities {\n      ...FoundFields\n    }\n    paths {\n      hops\n      entityIds\n      links {\n        source\n        target\n        label\n        type\n        directed\n        reference\n        relationshipIds\n      }\n    }\n  }\n"): typeof import('./graphql.ts').PathsFieldsFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Paths($input: PathsInput!) {\n    paths(input: $input) {\n      ...PathsFields\n    }\n  }\n"): typeof import('./graphql.ts').PathsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query MomentPaths($input: PathsInput!, $time: DateTime, $position: Position) {\n    at(time: $time, position: $position) {\n      paths(input: $input) {\n        ...PathsFields\n      }\n    }\n  }\n"): typeof import('./graphql.ts').MomentPathsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment CommonFields on CommonNeighboursResult {\n    bounded {\n      complete\n      reason\n      shown\n      total\n      totalIsExact\n    }\n    neighbours {\n      entity {\n        ...FoundFields\n      }\n      links {\n        source\n        target\n        label\n      }\n    }\n  }\n"): typeof import('./graphql.ts').CommonFieldsFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query CommonNeighbours($input: CommonNeighboursInput!) {\n    commonNeighbours(input: $input) {\n      ...CommonFields\n    }\n  }\n"): typeof import('./graphql.ts').CommonNeighboursDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query MomentCommonNeighbours($input: CommonNeighboursInput!, $time: DateTime, $position: Position) {\n    at(time: $time, position: $position) {\n      commonNeighbours(input: $input) {\n        ...CommonFields\n      }\n    }\n  }\n"): typeof import('./graphql.ts').MomentCommonNeighboursDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query People($name: String) {\n    people(name: $name, first: 50) {\n      id\n      name\n    }\n  }\n"): typeof import('./graphql.ts').PeopleDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation SetMember($input: SetMemberInput!) {\n    setMember(input: $input) {\n      change {\n        id\n        summary\n      }\n    }\n  }\n"): typeof import('./graphql.ts').SetMemberDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RemoveMember($input: RemoveMemberInput!) {\n    removeMember(input: $input) {\n      change {\n        id\n        summary\n      }\n    }\n  }\n"): typeof import('./graphql.ts').RemoveMemberDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query NamesNow($ids: [ID!]!) {\n    entities(ids: $ids) {\n      id\n    }\n  }\n"): typeof import('./graphql.ts').NamesNowDocument;


export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}
