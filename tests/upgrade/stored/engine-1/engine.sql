BEGIN TRANSACTION;
CREATE TABLE application_versions (
    version_id TEXT NOT NULL PRIMARY KEY,
    version_name TEXT NOT NULL UNIQUE,
    version_timestamp INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000),
    created_at INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000)
, "application_name" TEXT DEFAULT NULL);
INSERT INTO "application_versions" VALUES('fb5fb690-1faf-43e7-8ab4-27a3d11034fb','1',1795449356000,1795449356000,'video-agent');
CREATE TABLE dbos_migrations (version INTEGER NOT NULL PRIMARY KEY);
INSERT INTO "dbos_migrations" VALUES(125);
CREATE TABLE notifications (
    message_uuid TEXT NOT NULL DEFAULT (hex(randomblob(16))) PRIMARY KEY,
    destination_uuid TEXT NOT NULL,
    topic TEXT,
    message TEXT NOT NULL,
    created_at_epoch_ms INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000), "serialization" TEXT DEFAULT NULL, "consumed" BOOLEAN NOT NULL DEFAULT FALSE, consumed_by_function_id INTEGER,
    FOREIGN KEY (destination_uuid) REFERENCES workflow_status(workflow_uuid) 
        ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE TABLE "operation_outputs" (
    workflow_uuid TEXT NOT NULL,
    function_id INTEGER NOT NULL,
    function_name TEXT NOT NULL DEFAULT '',
    output TEXT,
    error TEXT,
    child_workflow_id TEXT,
    started_at_epoch_ms INTEGER,
    completed_at_epoch_ms INTEGER,
    serialization TEXT,
    application_name TEXT DEFAULT NULL,
    retention_timestamp INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000),
    PRIMARY KEY (workflow_uuid, function_id)
);
INSERT INTO "operation_outputs" VALUES('01a2091f-061a-73c0-9711-ae6d72c16a8a',1,'turn','{"outcome":{"waiting":[{"generation_id":"01a2091f-1fb2-7cfa-b241-c23ccceeb155","model":"gemini-omni-1.2-flash","user_id":"after thumbnail","priority":10}],"until":null,"stages":[],"publish":false},"gave_up":false}',NULL,NULL,1795449358955,1795449368261,'video_agent_json','video-agent',1795449368000);
INSERT INTO "operation_outputs" VALUES('01a2091f-05af-7470-a7c8-dcd80e384daa',1,'turn','{"outcome":{"waiting":[{"generation_id":"01a2091f-206d-7c9e-80af-f3740079089f","model":"gemini-omni-1.2-flash","user_id":"before bring_home 1","priority":10}],"until":null,"stages":[],"publish":false},"gave_up":false}',NULL,NULL,1795449359056,1795449368374,'video_agent_json','video-agent',1795449368000);
INSERT INTO "operation_outputs" VALUES('01a2091f-05fe-7d08-8a78-888b68abd425',1,'turn','{"outcome":{"waiting":[{"generation_id":"01a2091f-218e-73e5-81d5-bf105aacb5de","model":"gemini-omni-1.2-flash","user_id":"after turn 2","priority":10}],"until":null,"stages":[],"publish":false},"gave_up":false}',NULL,NULL,1795449359091,1795449368453,'video_agent_json','video-agent',1795449368000);
INSERT INTO "operation_outputs" VALUES('01a2091f-05e5-78c7-a47d-28274edef6f4',1,'turn','{"outcome":{"waiting":[{"generation_id":"01a2091f-20b0-7253-9d86-73cc411ae0f7","model":"gemini-omni-1.2-flash","user_id":"before turn 2","priority":10}],"until":null,"stages":[],"publish":false},"gave_up":false}',NULL,NULL,1795449359077,1795449368470,'video_agent_json','video-agent',1795449368000);
INSERT INTO "operation_outputs" VALUES('01a2091f-063a-75bc-91a0-78c1169bf5b7',1,'turn','{"outcome":{"waiting":[{"generation_id":"01a2091f-21aa-7405-baad-23d156551fc0","model":"gemini-omni-1.2-flash","user_id":"before publish","priority":10}],"until":null,"stages":[],"publish":false},"gave_up":false}',NULL,NULL,1795449359103,1795449368505,'video_agent_json','video-agent',1795449368000);
INSERT INTO "operation_outputs" VALUES('01a2091f-030b-7ab6-a02f-ca9d0779d1b3',1,'turn','{"outcome":{"waiting":[{"generation_id":"01a2091f-21bf-7f0e-92fe-d6046a6c7080","model":"gemini-omni-1.2-flash","user_id":"before send 1","priority":10}],"until":null,"stages":[],"publish":false},"gave_up":false}',NULL,NULL,1795449359111,1795449368514,'video_agent_json','video-agent',1795449368000);
INSERT INTO "operation_outputs" VALUES('01a2091f-05a4-7be1-83f2-8c9ab4f2ee88',1,'turn','{"outcome":{"waiting":[{"generation_id":"01a2091f-21b9-790d-b860-7f2292e0a778","model":"gemini-omni-1.2-flash","user_id":"after send 1","priority":10}],"until":null,"stages":[],"publish":false},"gave_up":false}',NULL,NULL,1795449359098,1795449368527,'video_agent_json','video-agent',1795449368000);
INSERT INTO "operation_outputs" VALUES('01a2091f-0572-7957-bf60-54bebce9dc7e',1,'turn','{"outcome":{"waiting":[{"generation_id":"01a2091f-21c2-7e03-b7bd-92a6e818a1cb","model":"gemini-omni-1.2-flash","user_id":"before the request left","priority":10}],"until":null,"stages":[],"publish":false},"gave_up":false}',NULL,NULL,1795449359328,1795449368530,'video_agent_json','video-agent',1795449368000);
INSERT INTO "operation_outputs" VALUES('01a2091f-058d-773f-bcf1-4fb8028c1930',1,'turn','{"outcome":{"waiting":[{"generation_id":"01a2091f-21c6-701a-a502-d13be551e397","model":"gemini-omni-1.2-flash","user_id":"before the answer was written down","priority":10}],"until":null,"stages":[],"publish":false},"gave_up":false}',NULL,NULL,1795449359344,1795449368547,'video_agent_json','video-agent',1795449368000);
INSERT INTO "operation_outputs" VALUES('01a2091f-0651-7e2f-9fc8-13615f7fc512',1,'turn','{"outcome":{"waiting":[{"generation_id":"01a2091f-21ca-7510-9d46-1894991be2a0","model":"gemini-omni-1.2-flash","user_id":"before send 2","priority":10}],"until":null,"stages":[],"publish":false},"gave_up":false}',NULL,NULL,1795449359335,1795449368553,'video_agent_json','video-agent',1795449368000);
INSERT INTO "operation_outputs" VALUES('01a2091f-05c9-78ba-8b8a-4f33b9ae133b',1,'turn','{"outcome":{"waiting":[{"generation_id":"01a2091f-21e5-7c5f-a922-f19830b3e39c","model":"gemini-omni-1.2-flash","user_id":"after bring_home 1","priority":10}],"until":null,"stages":[],"publish":false},"gave_up":false}',NULL,NULL,1795449359327,1795449368575,'video_agent_json','video-agent',1795449368000);
INSERT INTO "operation_outputs" VALUES('01a2091f-0605-7026-a118-70b3d10cfd06',1,'turn','{"outcome":{"waiting":[{"generation_id":"01a2091f-21d1-7980-8062-7a3fc0d331f2","model":"gemini-omni-1.2-flash","user_id":"before loudness","priority":10}],"until":null,"stages":[],"publish":false},"gave_up":false}',NULL,NULL,1795449359322,1795449368578,'video_agent_json','video-agent',1795449368000);
INSERT INTO "operation_outputs" VALUES('01a2091f-066d-779f-922a-612cf6bbd8c7',1,'turn','{"outcome":{"waiting":[{"generation_id":"01a2091f-2238-717e-932d-83db8736d0a9","model":"gemini-omni-1.2-flash","user_id":"before turn 3","priority":10}],"until":null,"stages":[],"publish":false},"gave_up":false}',NULL,NULL,1795449359644,1795449368580,'video_agent_json','video-agent',1795449368000);
INSERT INTO "operation_outputs" VALUES('01a2091f-21ca-7510-9d46-1894991be2a0',1,'send','{"outcome":null,"gave_up":false}',NULL,NULL,1795449368583,1795449368804,'video_agent_json','video-agent',1795449368000);
INSERT INTO "operation_outputs" VALUES('01a2091f-1fb2-7cfa-b241-c23ccceeb155',1,'send','{"outcome":null,"gave_up":false}',NULL,NULL,1795449368605,1795449368947,'video_agent_json','video-agent',1795449368000);
INSERT INTO "operation_outputs" VALUES('01a2091f-206d-7c9e-80af-f3740079089f',1,'send','{"outcome":null,"gave_up":false}',NULL,NULL,1795449368609,1795449368965,'video_agent_json','video-agent',1795449368000);
INSERT INTO "operation_outputs" VALUES('01a2091f-218e-73e5-81d5-bf105aacb5de',1,'send','{"outcome":null,"gave_up":false}',NULL,NULL,1795449368629,1795449369057,'video_agent_json','video-agent',1795449369000);
INSERT INTO "operation_outputs" VALUES('01a2091f-20b0-7253-9d86-73cc411ae0f7',1,'send','{"outcome":null,"gave_up":false}',NULL,NULL,1795449368661,1795449369179,'video_agent_json','video-agent',1795449369000);
INSERT INTO "operation_outputs" VALUES('01a2091f-21aa-7405-baad-23d156551fc0',1,'send','{"outcome":null,"gave_up":false}',NULL,NULL,1795449368670,1795449369385,'video_agent_json','video-agent',1795449369000);
INSERT INTO "operation_outputs" VALUES('01a2091f-21ca-7510-9d46-1894991be2a0',2,'bring_home','{"outcome":null,"gave_up":false}',NULL,NULL,1795449368809,1795449369580,'video_agent_json','video-agent',1795449369000);
INSERT INTO "operation_outputs" VALUES('01a2091f-0651-7e2f-9fc8-13615f7fc512',2,'settled','{"outcome":null,"gave_up":false}',NULL,NULL,1795449368554,1795449369601,'video_agent_json','video-agent',1795449369000);
INSERT INTO "operation_outputs" VALUES('01a2091f-1fb2-7cfa-b241-c23ccceeb155',2,'bring_home','{"outcome":null,"gave_up":false}',NULL,NULL,1795449368949,1795449369742,'video_agent_json','video-agent',1795449369000);
INSERT INTO "operation_outputs" VALUES('01a2091f-061a-73c0-9711-ae6d72c16a8a',2,'settled','{"outcome":null,"gave_up":false}',NULL,NULL,1795449368265,1795449369756,'video_agent_json','video-agent',1795449369000);
INSERT INTO "operation_outputs" VALUES('01a2091f-2238-717e-932d-83db8736d0a9',1,'send','{"outcome":null,"gave_up":false}',NULL,NULL,1795449369172,1795449369784,'video_agent_json','video-agent',1795449369000);
INSERT INTO "operation_outputs" VALUES('01a2091f-21d1-7980-8062-7a3fc0d331f2',1,'send','{"outcome":null,"gave_up":false}',NULL,NULL,1795449369189,1795449369855,'video_agent_json','video-agent',1795449369000);
INSERT INTO "operation_outputs" VALUES('01a2091f-21e5-7c5f-a922-f19830b3e39c',1,'send','{"outcome":null,"gave_up":false}',NULL,NULL,1795449369181,1795449369982,'video_agent_json','video-agent',1795449369000);
INSERT INTO "operation_outputs" VALUES('01a2091f-218e-73e5-81d5-bf105aacb5de',2,'bring_home','{"outcome":null,"gave_up":false}',NULL,NULL,1795449369060,1795449369990,'video_agent_json','video-agent',1795449369000);
INSERT INTO "operation_outputs" VALUES('01a2091f-05fe-7d08-8a78-888b68abd425',2,'settled','{"outcome":null,"gave_up":false}',NULL,NULL,1795449368456,1795449370002,'video_agent_json','video-agent',1795449370000);
INSERT INTO "operation_outputs" VALUES('01a2091f-20b0-7253-9d86-73cc411ae0f7',2,'bring_home','{"outcome":null,"gave_up":false}',NULL,NULL,1795449369188,1795449370185,'video_agent_json','video-agent',1795449370000);
INSERT INTO "operation_outputs" VALUES('01a2091f-05e5-78c7-a47d-28274edef6f4',2,'settled','{"outcome":null,"gave_up":false}',NULL,NULL,1795449368471,1795449370234,'video_agent_json','video-agent',1795449370000);
INSERT INTO "operation_outputs" VALUES('01a2091f-21aa-7405-baad-23d156551fc0',2,'bring_home','{"outcome":null,"gave_up":false}',NULL,NULL,1795449369389,1795449370462,'video_agent_json','video-agent',1795449370000);
INSERT INTO "operation_outputs" VALUES('01a2091f-063a-75bc-91a0-78c1169bf5b7',2,'settled','{"outcome":null,"gave_up":false}',NULL,NULL,1795449368507,1795449370587,'video_agent_json','video-agent',1795449370000);
INSERT INTO "operation_outputs" VALUES('01a2091f-2238-717e-932d-83db8736d0a9',2,'bring_home','{"outcome":null,"gave_up":false}',NULL,NULL,1795449369788,1795449371005,'video_agent_json','video-agent',1795449371000);
INSERT INTO "operation_outputs" VALUES('01a2091f-066d-779f-922a-612cf6bbd8c7',2,'settled','{"outcome":null,"gave_up":false}',NULL,NULL,1795449368592,1795449371011,'video_agent_json','video-agent',1795449371000);
INSERT INTO "operation_outputs" VALUES('01a2091f-21d1-7980-8062-7a3fc0d331f2',2,'bring_home','{"outcome":null,"gave_up":false}',NULL,NULL,1795449369863,1795449371019,'video_agent_json','video-agent',1795449371000);
INSERT INTO "operation_outputs" VALUES('01a2091f-0605-7026-a118-70b3d10cfd06',2,'settled','{"outcome":null,"gave_up":false}',NULL,NULL,1795449368584,1795449371104,'video_agent_json','video-agent',1795449371000);
INSERT INTO "operation_outputs" VALUES('01a2091f-05c9-78ba-8b8a-4f33b9ae133b',2,'settled','{"outcome":null,"gave_up":false}',NULL,NULL,1795449368583,1795449371658,'video_agent_json','video-agent',1795449371000);
INSERT INTO "operation_outputs" VALUES('01a2091f-061a-73c0-9711-ae6d72c16a8a',3,'turn','{"outcome":{"waiting":[],"until":null,"stages":["loudness","thumbnail","contact_sheet"],"publish":true},"gave_up":false}',NULL,NULL,1795449369757,1795449373177,'video_agent_json','video-agent',1795449373000);
INSERT INTO "operation_outputs" VALUES('01a2091f-061a-73c0-9711-ae6d72c16a8a',4,'side by side','null',NULL,NULL,1795449373190,1795449373218,'video_agent_json','video-agent',1795449373000);
INSERT INTO "operation_outputs" VALUES('01a2091f-063a-75bc-91a0-78c1169bf5b7',3,'turn','{"outcome":{"waiting":[],"until":null,"stages":["loudness","thumbnail","contact_sheet"],"publish":true},"gave_up":false}',NULL,NULL,1795449370595,1795449373297,'video_agent_json','video-agent',1795449373000);
INSERT INTO "operation_outputs" VALUES('01a2091f-063a-75bc-91a0-78c1169bf5b7',4,'side by side','null',NULL,NULL,1795449373300,1795449373301,'video_agent_json','video-agent',1795449373000);
INSERT INTO "operation_outputs" VALUES('01a2091f-061a-73c0-9711-ae6d72c16a8a',5,'loudness','{"outcome":null,"gave_up":false}',NULL,NULL,1795449373235,1795449374039,'video_agent_json','video-agent',1795449374000);
INSERT INTO "operation_outputs" VALUES('01a2091f-0605-7026-a118-70b3d10cfd06',3,'turn','{"outcome":{"waiting":[],"until":null,"stages":["loudness","thumbnail","contact_sheet"],"publish":true},"gave_up":false}',NULL,NULL,1795449371131,1795449374095,'video_agent_json','video-agent',1795449374000);
INSERT INTO "operation_outputs" VALUES('01a2091f-061a-73c0-9711-ae6d72c16a8a',7,'contact_sheet','{"outcome":null,"gave_up":false}',NULL,NULL,1795449373235,1795449374102,'video_agent_json','video-agent',1795449374000);
INSERT INTO "operation_outputs" VALUES('01a2091f-0605-7026-a118-70b3d10cfd06',4,'side by side','null',NULL,NULL,1795449374099,1795449374103,'video_agent_json','video-agent',1795449374000);
INSERT INTO "operation_outputs" VALUES('01a2091f-063a-75bc-91a0-78c1169bf5b7',6,'thumbnail','{"outcome":null,"gave_up":false}',NULL,NULL,1795449373303,1795449374248,'video_agent_json','video-agent',1795449374000);
INSERT INTO "operation_outputs" VALUES('01a2091f-063a-75bc-91a0-78c1169bf5b7',7,'contact_sheet','{"outcome":null,"gave_up":false}',NULL,NULL,1795449373303,1795449374295,'video_agent_json','video-agent',1795449374000);
INSERT INTO "operation_outputs" VALUES('01a2091f-063a-75bc-91a0-78c1169bf5b7',5,'loudness','{"outcome":null,"gave_up":false}',NULL,NULL,1795449373303,1795449374316,'video_agent_json','video-agent',1795449374000);
INSERT INTO "operation_outputs" VALUES('01a2091f-05c9-78ba-8b8a-4f33b9ae133b',3,'turn','{"outcome":{"waiting":[],"until":null,"stages":["loudness","thumbnail","contact_sheet"],"publish":true},"gave_up":false}',NULL,NULL,1795449371679,1795449374358,'video_agent_json','video-agent',1795449374000);
INSERT INTO "operation_outputs" VALUES('01a2091f-05c9-78ba-8b8a-4f33b9ae133b',4,'side by side','null',NULL,NULL,1795449374363,1795449374371,'video_agent_json','video-agent',1795449374000);
INSERT INTO "operation_outputs" VALUES('01a2091f-0605-7026-a118-70b3d10cfd06',6,'thumbnail','{"outcome":null,"gave_up":false}',NULL,NULL,1795449374104,1795449374557,'video_agent_json','video-agent',1795449374000);
INSERT INTO "operation_outputs" VALUES('01a2091f-0605-7026-a118-70b3d10cfd06',7,'contact_sheet','{"outcome":null,"gave_up":false}',NULL,NULL,1795449374104,1795449374635,'video_agent_json','video-agent',1795449374000);
INSERT INTO "operation_outputs" VALUES('01a2091f-05c9-78ba-8b8a-4f33b9ae133b',6,'thumbnail','{"outcome":null,"gave_up":false}',NULL,NULL,1795449374374,1795449374659,'video_agent_json','video-agent',1795449374000);
INSERT INTO "operation_outputs" VALUES('01a2091f-05c9-78ba-8b8a-4f33b9ae133b',7,'contact_sheet','{"outcome":null,"gave_up":false}',NULL,NULL,1795449374374,1795449374904,'video_agent_json','video-agent',1795449374000);
INSERT INTO "operation_outputs" VALUES('01a2091f-05c9-78ba-8b8a-4f33b9ae133b',5,'loudness','{"outcome":null,"gave_up":false}',NULL,NULL,1795449374374,1795449374919,'video_agent_json','video-agent',1795449374000);
INSERT INTO "operation_outputs" VALUES('01a2091f-05c9-78ba-8b8a-4f33b9ae133b',8,'publish','{"outcome":null,"gave_up":false}',NULL,NULL,1795449374927,1795449374996,'video_agent_json','video-agent',1795449374000);
INSERT INTO "operation_outputs" VALUES('01a2091f-0651-7e2f-9fc8-13615f7fc512',3,'turn','{"outcome":{"waiting":[{"generation_id":"01a2091f-48c0-7687-bd2d-a35d4c308fc2","model":"gemini-omni-1.2-flash","user_id":"before send 2","priority":10}],"until":null,"stages":[],"publish":false},"gave_up":false}',NULL,NULL,1795449369603,1795449375664,'video_agent_json','video-agent',1795449375000);
INSERT INTO "operation_outputs" VALUES('01a2091f-066d-779f-922a-612cf6bbd8c7',3,'turn','{"outcome":{"waiting":[{"generation_id":"01a2091f-498c-7bde-b8d4-624af1598d0a","model":"gemini-omni-1.2-flash","user_id":"before turn 3","priority":10}],"until":null,"stages":[],"publish":false},"gave_up":false}',NULL,NULL,1795449371012,1795449375695,'video_agent_json','video-agent',1795449375000);
INSERT INTO "operation_outputs" VALUES('01a2091f-498c-7bde-b8d4-624af1598d0a',1,'send','{"outcome":null,"gave_up":false}',NULL,NULL,1795449375831,1795449375878,'video_agent_json','video-agent',1795449375000);
INSERT INTO "operation_outputs" VALUES('01a2091f-498c-7bde-b8d4-624af1598d0a',2,'bring_home','{"outcome":null,"gave_up":false}',NULL,NULL,1795449375883,1795449375917,'video_agent_json','video-agent',1795449375000);
INSERT INTO "operation_outputs" VALUES('01a2091f-066d-779f-922a-612cf6bbd8c7',4,'settled','{"outcome":null,"gave_up":false}',NULL,NULL,1795449375696,1795449375952,'video_agent_json','video-agent',1795449375000);
CREATE TABLE queues (
    queue_id TEXT PRIMARY KEY DEFAULT (hex(randomblob(16))),
    name TEXT NOT NULL UNIQUE,
    concurrency INTEGER,
    worker_concurrency INTEGER,
    rate_limit_max INTEGER,
    rate_limit_period_sec REAL,
    priority_enabled BOOLEAN NOT NULL DEFAULT FALSE,
    partition_queue BOOLEAN NOT NULL DEFAULT FALSE,
    polling_interval_sec REAL NOT NULL DEFAULT 1.0,
    created_at INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000),
    updated_at INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000)
, "application_name" TEXT DEFAULT NULL, "partition_concurrency" INTEGER DEFAULT NULL, "partition_worker_concurrency" INTEGER DEFAULT NULL, "partition_rate_limit_max" INTEGER DEFAULT NULL, "partition_rate_limit_period_sec" REAL DEFAULT NULL);
INSERT INTO "queues" VALUES('76FE03DE74C859B3865009AC4012D4D0','jobs-studio',NULL,2000,50,1.0,1,1,0.25,1795449356000,1795449356844,'video-agent',NULL,2000,NULL,NULL);
INSERT INTO "queues" VALUES('506EEE416E5E212B19FA618A5F2475BE','gen-studio-gemini-omni-1.2-flash',15,NULL,18,60.0,1,1,0.5,1795449356000,1795449356865,'video-agent',14,NULL,NULL,NULL);
INSERT INTO "queues" VALUES('FB3C31EE22719EEEF9DF8E2FA14153F2','gen-studio-gemini-omni-1.1-flash',15,NULL,18,60.0,1,1,1.0,1795449356000,1795449356871,'video-agent',14,NULL,NULL,NULL);
CREATE TABLE streams (
    workflow_uuid TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    "offset" INTEGER NOT NULL, function_id INTEGER NOT NULL DEFAULT 0, "serialization" TEXT DEFAULT NULL,
    PRIMARY KEY (workflow_uuid, key, "offset"),
    FOREIGN KEY (workflow_uuid) REFERENCES workflow_status(workflow_uuid) 
        ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE TABLE workflow_events (
    workflow_uuid TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL, "serialization" TEXT DEFAULT NULL,
    PRIMARY KEY (workflow_uuid, key),
    FOREIGN KEY (workflow_uuid) REFERENCES workflow_status(workflow_uuid) 
        ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE TABLE workflow_events_history (
    workflow_uuid TEXT NOT NULL,
    function_id INTEGER NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL, "serialization" TEXT DEFAULT NULL,
    PRIMARY KEY (workflow_uuid, function_id, key),
    FOREIGN KEY (workflow_uuid) REFERENCES workflow_status(workflow_uuid)
        ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE TABLE workflow_input (
    workflow_uuid TEXT NOT NULL PRIMARY KEY,
    inputs TEXT,
    retention_timestamp INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000)
);
INSERT INTO "workflow_input" VALUES('01a2091f-0298-7e9c-9f91-2d2d48efeacb','{"args":[{"job_id":"01a2091f-0298-7e9c-9f91-2d2d48efeacb","run":1,"user_id":"before turn 1","priority":10}],"kwargs":{}}',1795449357000);
INSERT INTO "workflow_input" VALUES('01a2091f-02f6-76c4-80ec-8045a613a4df','{"args":[{"job_id":"01a2091f-02f6-76c4-80ec-8045a613a4df","run":1,"user_id":"after turn 1","priority":10}],"kwargs":{}}',1795449357000);
INSERT INTO "workflow_input" VALUES('01a2091f-030b-7ab6-a02f-ca9d0779d1b3','{"args":[{"job_id":"01a2091f-030b-7ab6-a02f-ca9d0779d1b3","run":1,"user_id":"before send 1","priority":10}],"kwargs":{}}',1795449357000);
INSERT INTO "workflow_input" VALUES('01a2091f-0572-7957-bf60-54bebce9dc7e','{"args":[{"job_id":"01a2091f-0572-7957-bf60-54bebce9dc7e","run":1,"user_id":"before the request left","priority":10}],"kwargs":{}}',1795449357000);
INSERT INTO "workflow_input" VALUES('01a2091f-058d-773f-bcf1-4fb8028c1930','{"args":[{"job_id":"01a2091f-058d-773f-bcf1-4fb8028c1930","run":1,"user_id":"before the answer was written down","priority":10}],"kwargs":{}}',1795449357000);
INSERT INTO "workflow_input" VALUES('01a2091f-05a4-7be1-83f2-8c9ab4f2ee88','{"args":[{"job_id":"01a2091f-05a4-7be1-83f2-8c9ab4f2ee88","run":1,"user_id":"after send 1","priority":10}],"kwargs":{}}',1795449357000);
INSERT INTO "workflow_input" VALUES('01a2091f-05af-7470-a7c8-dcd80e384daa','{"args":[{"job_id":"01a2091f-05af-7470-a7c8-dcd80e384daa","run":1,"user_id":"before bring_home 1","priority":10}],"kwargs":{}}',1795449357000);
INSERT INTO "workflow_input" VALUES('01a2091f-05c9-78ba-8b8a-4f33b9ae133b','{"args":[{"job_id":"01a2091f-05c9-78ba-8b8a-4f33b9ae133b","run":1,"user_id":"after bring_home 1","priority":10}],"kwargs":{}}',1795449357000);
INSERT INTO "workflow_input" VALUES('01a2091f-05e5-78c7-a47d-28274edef6f4','{"args":[{"job_id":"01a2091f-05e5-78c7-a47d-28274edef6f4","run":1,"user_id":"before turn 2","priority":10}],"kwargs":{}}',1795449357000);
INSERT INTO "workflow_input" VALUES('01a2091f-05fe-7d08-8a78-888b68abd425','{"args":[{"job_id":"01a2091f-05fe-7d08-8a78-888b68abd425","run":1,"user_id":"after turn 2","priority":10}],"kwargs":{}}',1795449357000);
INSERT INTO "workflow_input" VALUES('01a2091f-0605-7026-a118-70b3d10cfd06','{"args":[{"job_id":"01a2091f-0605-7026-a118-70b3d10cfd06","run":1,"user_id":"before loudness","priority":10}],"kwargs":{}}',1795449357000);
INSERT INTO "workflow_input" VALUES('01a2091f-061a-73c0-9711-ae6d72c16a8a','{"args":[{"job_id":"01a2091f-061a-73c0-9711-ae6d72c16a8a","run":1,"user_id":"after thumbnail","priority":10}],"kwargs":{}}',1795449357000);
INSERT INTO "workflow_input" VALUES('01a2091f-063a-75bc-91a0-78c1169bf5b7','{"args":[{"job_id":"01a2091f-063a-75bc-91a0-78c1169bf5b7","run":1,"user_id":"before publish","priority":10}],"kwargs":{}}',1795449357000);
INSERT INTO "workflow_input" VALUES('01a2091f-0651-7e2f-9fc8-13615f7fc512','{"args":[{"job_id":"01a2091f-0651-7e2f-9fc8-13615f7fc512","run":1,"user_id":"before send 2","priority":10}],"kwargs":{}}',1795449357000);
INSERT INTO "workflow_input" VALUES('01a2091f-066d-779f-922a-612cf6bbd8c7','{"args":[{"job_id":"01a2091f-066d-779f-922a-612cf6bbd8c7","run":1,"user_id":"before turn 3","priority":10}],"kwargs":{}}',1795449357000);
INSERT INTO "workflow_input" VALUES('01a2091f-1fb2-7cfa-b241-c23ccceeb155','{"args":[{"generation_id":"01a2091f-1fb2-7cfa-b241-c23ccceeb155","job_id":"01a2091f-061a-73c0-9711-ae6d72c16a8a","user_id":"after thumbnail","priority":10}],"kwargs":{}}',1795449368000);
INSERT INTO "workflow_input" VALUES('01a2091f-206d-7c9e-80af-f3740079089f','{"args":[{"generation_id":"01a2091f-206d-7c9e-80af-f3740079089f","job_id":"01a2091f-05af-7470-a7c8-dcd80e384daa","user_id":"before bring_home 1","priority":10}],"kwargs":{}}',1795449368000);
INSERT INTO "workflow_input" VALUES('01a2091f-218e-73e5-81d5-bf105aacb5de','{"args":[{"generation_id":"01a2091f-218e-73e5-81d5-bf105aacb5de","job_id":"01a2091f-05fe-7d08-8a78-888b68abd425","user_id":"after turn 2","priority":10}],"kwargs":{}}',1795449368000);
INSERT INTO "workflow_input" VALUES('01a2091f-20b0-7253-9d86-73cc411ae0f7','{"args":[{"generation_id":"01a2091f-20b0-7253-9d86-73cc411ae0f7","job_id":"01a2091f-05e5-78c7-a47d-28274edef6f4","user_id":"before turn 2","priority":10}],"kwargs":{}}',1795449368000);
INSERT INTO "workflow_input" VALUES('01a2091f-21aa-7405-baad-23d156551fc0','{"args":[{"generation_id":"01a2091f-21aa-7405-baad-23d156551fc0","job_id":"01a2091f-063a-75bc-91a0-78c1169bf5b7","user_id":"before publish","priority":10}],"kwargs":{}}',1795449368000);
INSERT INTO "workflow_input" VALUES('01a2091f-21bf-7f0e-92fe-d6046a6c7080','{"args":[{"generation_id":"01a2091f-21bf-7f0e-92fe-d6046a6c7080","job_id":"01a2091f-030b-7ab6-a02f-ca9d0779d1b3","user_id":"before send 1","priority":10}],"kwargs":{}}',1795449368000);
INSERT INTO "workflow_input" VALUES('01a2091f-21b9-790d-b860-7f2292e0a778','{"args":[{"generation_id":"01a2091f-21b9-790d-b860-7f2292e0a778","job_id":"01a2091f-05a4-7be1-83f2-8c9ab4f2ee88","user_id":"after send 1","priority":10}],"kwargs":{}}',1795449368000);
INSERT INTO "workflow_input" VALUES('01a2091f-21c2-7e03-b7bd-92a6e818a1cb','{"args":[{"generation_id":"01a2091f-21c2-7e03-b7bd-92a6e818a1cb","job_id":"01a2091f-0572-7957-bf60-54bebce9dc7e","user_id":"before the request left","priority":10}],"kwargs":{}}',1795449368000);
INSERT INTO "workflow_input" VALUES('01a2091f-21c6-701a-a502-d13be551e397','{"args":[{"generation_id":"01a2091f-21c6-701a-a502-d13be551e397","job_id":"01a2091f-058d-773f-bcf1-4fb8028c1930","user_id":"before the answer was written down","priority":10}],"kwargs":{}}',1795449368000);
INSERT INTO "workflow_input" VALUES('01a2091f-21ca-7510-9d46-1894991be2a0','{"args":[{"generation_id":"01a2091f-21ca-7510-9d46-1894991be2a0","job_id":"01a2091f-0651-7e2f-9fc8-13615f7fc512","user_id":"before send 2","priority":10}],"kwargs":{}}',1795449368000);
INSERT INTO "workflow_input" VALUES('01a2091f-21e5-7c5f-a922-f19830b3e39c','{"args":[{"generation_id":"01a2091f-21e5-7c5f-a922-f19830b3e39c","job_id":"01a2091f-05c9-78ba-8b8a-4f33b9ae133b","user_id":"after bring_home 1","priority":10}],"kwargs":{}}',1795449368000);
INSERT INTO "workflow_input" VALUES('01a2091f-21d1-7980-8062-7a3fc0d331f2','{"args":[{"generation_id":"01a2091f-21d1-7980-8062-7a3fc0d331f2","job_id":"01a2091f-0605-7026-a118-70b3d10cfd06","user_id":"before loudness","priority":10}],"kwargs":{}}',1795449368000);
INSERT INTO "workflow_input" VALUES('01a2091f-2238-717e-932d-83db8736d0a9','{"args":[{"generation_id":"01a2091f-2238-717e-932d-83db8736d0a9","job_id":"01a2091f-066d-779f-922a-612cf6bbd8c7","user_id":"before turn 3","priority":10}],"kwargs":{}}',1795449368000);
INSERT INTO "workflow_input" VALUES('01a2091f-48c0-7687-bd2d-a35d4c308fc2','{"args":[{"generation_id":"01a2091f-48c0-7687-bd2d-a35d4c308fc2","job_id":"01a2091f-0651-7e2f-9fc8-13615f7fc512","user_id":"before send 2","priority":10}],"kwargs":{}}',1795449375000);
INSERT INTO "workflow_input" VALUES('01a2091f-498c-7bde-b8d4-624af1598d0a','{"args":[{"generation_id":"01a2091f-498c-7bde-b8d4-624af1598d0a","job_id":"01a2091f-066d-779f-922a-612cf6bbd8c7","user_id":"before turn 3","priority":10}],"kwargs":{}}',1795449375000);
CREATE TABLE workflow_output (
    workflow_uuid TEXT NOT NULL PRIMARY KEY,
    output TEXT,
    error TEXT,
    retention_timestamp INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000)
);
INSERT INTO "workflow_output" VALUES('01a2091f-21ca-7510-9d46-1894991be2a0','null',NULL,1795449369000);
INSERT INTO "workflow_output" VALUES('01a2091f-1fb2-7cfa-b241-c23ccceeb155','null',NULL,1795449369000);
INSERT INTO "workflow_output" VALUES('01a2091f-218e-73e5-81d5-bf105aacb5de','null',NULL,1795449369000);
INSERT INTO "workflow_output" VALUES('01a2091f-20b0-7253-9d86-73cc411ae0f7','null',NULL,1795449370000);
INSERT INTO "workflow_output" VALUES('01a2091f-21aa-7405-baad-23d156551fc0','null',NULL,1795449370000);
INSERT INTO "workflow_output" VALUES('01a2091f-2238-717e-932d-83db8736d0a9','null',NULL,1795449371000);
INSERT INTO "workflow_output" VALUES('01a2091f-21d1-7980-8062-7a3fc0d331f2','null',NULL,1795449371000);
INSERT INTO "workflow_output" VALUES('01a2091f-05c9-78ba-8b8a-4f33b9ae133b','null',NULL,1795449374000);
INSERT INTO "workflow_output" VALUES('01a2091f-498c-7bde-b8d4-624af1598d0a','null',NULL,1795449375000);
CREATE TABLE workflow_schedules (
    schedule_id TEXT PRIMARY KEY,
    schedule_name TEXT NOT NULL UNIQUE,
    workflow_name TEXT NOT NULL,
    workflow_class_name TEXT,
    schedule TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'ACTIVE',
    context TEXT NOT NULL
, "last_fired_at" TEXT DEFAULT NULL, "automatic_backfill" BOOLEAN NOT NULL DEFAULT FALSE, "cron_timezone" TEXT DEFAULT NULL, "queue_name" TEXT DEFAULT NULL, "application_name" TEXT DEFAULT NULL);
CREATE TABLE workflow_status (
    workflow_uuid TEXT PRIMARY KEY,
    status TEXT,
    name TEXT,
    authenticated_user TEXT,
    assumed_role TEXT,
    authenticated_roles TEXT,
    request TEXT,
    output TEXT,
    error TEXT,
    executor_id TEXT,
    created_at INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000),
    updated_at INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000),
    application_version TEXT,
    application_id TEXT,
    class_name TEXT DEFAULT NULL,
    config_name TEXT DEFAULT NULL,
    recovery_attempts INTEGER DEFAULT 0,
    queue_name TEXT,
    workflow_timeout_ms INTEGER,
    workflow_deadline_epoch_ms INTEGER,
    inputs TEXT,
    started_at_epoch_ms INTEGER,
    deduplication_id TEXT,
    priority INTEGER NOT NULL DEFAULT 0
, queue_partition_key TEXT, forked_from TEXT, "owner_xid" TEXT DEFAULT NULL, "parent_workflow_id" TEXT DEFAULT NULL, "serialization" TEXT DEFAULT NULL, "delay_until_epoch_ms" BIGINT DEFAULT NULL, "was_forked_from" BOOLEAN NOT NULL DEFAULT FALSE, "rate_limited" BOOLEAN NOT NULL DEFAULT FALSE, "completed_at" BIGINT, "attributes" TEXT, "schedule_name" TEXT, "debounce_deadline_epoch_ms" BIGINT DEFAULT NULL, "is_debounced" BOOLEAN NOT NULL DEFAULT FALSE, "application_name" TEXT DEFAULT NULL, "creator_xid" TEXT DEFAULT NULL);
INSERT INTO "workflow_status" VALUES('01a2091f-0298-7e9c-9f91-2d2d48efeacb','PENDING','run_job',NULL,NULL,NULL,NULL,NULL,NULL,'01a2091f-0177-7113-bc2c-97191922e4f2',1795449357000,1795449357000,'1',NULL,NULL,NULL,1,'jobs-studio',NULL,NULL,NULL,1795449357000,NULL,10,'before turn 1',NULL,'be58a518-9f0d-4919-a2c4-4d1f61adc787',NULL,'video_agent_json',NULL,0,1,NULL,'null',NULL,NULL,0,'video-agent','d0d92eac-fc6a-4bac-ae80-ec7336c7c9c6');
INSERT INTO "workflow_status" VALUES('01a2091f-02f6-76c4-80ec-8045a613a4df','PENDING','run_job',NULL,NULL,NULL,NULL,NULL,NULL,'01a2091f-0177-7113-bc2c-97191922e4f2',1795449357000,1795449357000,'1',NULL,NULL,NULL,1,'jobs-studio',NULL,NULL,NULL,1795449357000,NULL,10,'after turn 1',NULL,'a6f12e34-0895-4713-bbd9-01c48ee22e90',NULL,'video_agent_json',NULL,0,1,NULL,'null',NULL,NULL,0,'video-agent','60535c59-3a6c-4f42-b983-b614fb47603d');
INSERT INTO "workflow_status" VALUES('01a2091f-030b-7ab6-a02f-ca9d0779d1b3','PENDING','run_job',NULL,NULL,NULL,NULL,NULL,NULL,'01a2091f-0177-7113-bc2c-97191922e4f2',1795449357000,1795449359000,'1',NULL,NULL,NULL,1,'jobs-studio',NULL,NULL,NULL,1795449359000,NULL,10,'before send 1',NULL,'546df6f0-9cdf-4b3c-ab64-33e720d3d5ba',NULL,'video_agent_json',NULL,0,1,NULL,'null',NULL,NULL,0,'video-agent','6df02fbd-c1ba-4028-ae83-b2834448a2b3');
INSERT INTO "workflow_status" VALUES('01a2091f-0572-7957-bf60-54bebce9dc7e','PENDING','run_job',NULL,NULL,NULL,NULL,NULL,NULL,'01a2091f-0177-7113-bc2c-97191922e4f2',1795449357000,1795449359000,'1',NULL,NULL,NULL,1,'jobs-studio',NULL,NULL,NULL,1795449359000,NULL,10,'before the request left',NULL,'8f2bf7a3-8c68-41aa-8711-785690408642',NULL,'video_agent_json',NULL,0,1,NULL,'null',NULL,NULL,0,'video-agent','3f1c6ba8-1982-4ffc-8604-338c331c15ca');
INSERT INTO "workflow_status" VALUES('01a2091f-058d-773f-bcf1-4fb8028c1930','PENDING','run_job',NULL,NULL,NULL,NULL,NULL,NULL,'01a2091f-0177-7113-bc2c-97191922e4f2',1795449357000,1795449359000,'1',NULL,NULL,NULL,1,'jobs-studio',NULL,NULL,NULL,1795449359000,NULL,10,'before the answer was written down',NULL,'1d58aa0b-b0bd-472d-8fd4-afeb76d9e62b',NULL,'video_agent_json',NULL,0,1,NULL,'null',NULL,NULL,0,'video-agent','b27f1c82-d7d9-41ce-b994-54c7fb097c92');
INSERT INTO "workflow_status" VALUES('01a2091f-05a4-7be1-83f2-8c9ab4f2ee88','PENDING','run_job',NULL,NULL,NULL,NULL,NULL,NULL,'01a2091f-0177-7113-bc2c-97191922e4f2',1795449357000,1795449359000,'1',NULL,NULL,NULL,1,'jobs-studio',NULL,NULL,NULL,1795449359000,NULL,10,'after send 1',NULL,'853dbdd0-5af4-49a5-afe1-9e85569c30a3',NULL,'video_agent_json',NULL,0,1,NULL,'null',NULL,NULL,0,'video-agent','8c9c3089-48be-4c3d-83dc-a23da5ced5ad');
INSERT INTO "workflow_status" VALUES('01a2091f-05af-7470-a7c8-dcd80e384daa','PENDING','run_job',NULL,NULL,NULL,NULL,NULL,NULL,'01a2091f-0177-7113-bc2c-97191922e4f2',1795449357000,1795449358000,'1',NULL,NULL,NULL,1,'jobs-studio',NULL,NULL,NULL,1795449358000,NULL,10,'before bring_home 1',NULL,'cfde9f3c-0a34-4f98-8df3-d07e237d2f8d',NULL,'video_agent_json',NULL,0,1,NULL,'null',NULL,NULL,0,'video-agent','93c94068-c8e1-4fe3-a3ad-2e9a0d734027');
INSERT INTO "workflow_status" VALUES('01a2091f-05c9-78ba-8b8a-4f33b9ae133b','SUCCESS','run_job',NULL,NULL,NULL,NULL,NULL,NULL,'01a2091f-0177-7113-bc2c-97191922e4f2',1795449357000,1795449374000,'1',NULL,NULL,NULL,1,'jobs-studio',NULL,NULL,NULL,1795449359000,NULL,10,'after bring_home 1',NULL,NULL,NULL,'video_agent_json',NULL,0,1,1795449374000,'null',NULL,NULL,0,'video-agent','7aa033ed-a5ad-487c-9c66-6feb13883556');
INSERT INTO "workflow_status" VALUES('01a2091f-05e5-78c7-a47d-28274edef6f4','PENDING','run_job',NULL,NULL,NULL,NULL,NULL,NULL,'01a2091f-0177-7113-bc2c-97191922e4f2',1795449357000,1795449359000,'1',NULL,NULL,NULL,1,'jobs-studio',NULL,NULL,NULL,1795449359000,NULL,10,'before turn 2',NULL,'4ac4a610-76b2-4022-b7c3-a5e793c71b7d',NULL,'video_agent_json',NULL,0,1,NULL,'null',NULL,NULL,0,'video-agent','c9640b62-2ddc-4fab-b1b1-45dad74289a8');
INSERT INTO "workflow_status" VALUES('01a2091f-05fe-7d08-8a78-888b68abd425','PENDING','run_job',NULL,NULL,NULL,NULL,NULL,NULL,'01a2091f-0177-7113-bc2c-97191922e4f2',1795449357000,1795449359000,'1',NULL,NULL,NULL,1,'jobs-studio',NULL,NULL,NULL,1795449359000,NULL,10,'after turn 2',NULL,'43f48752-ab5f-4c6e-8ec8-515e3ccfec92',NULL,'video_agent_json',NULL,0,1,NULL,'null',NULL,NULL,0,'video-agent','9034f462-9b1f-4245-abcf-4af9b1cbcd97');
INSERT INTO "workflow_status" VALUES('01a2091f-0605-7026-a118-70b3d10cfd06','PENDING','run_job',NULL,NULL,NULL,NULL,NULL,NULL,'01a2091f-0177-7113-bc2c-97191922e4f2',1795449357000,1795449359000,'1',NULL,NULL,NULL,1,'jobs-studio',NULL,NULL,NULL,1795449359000,NULL,10,'before loudness',NULL,'afa8bccc-be14-4f7b-b2d6-e923b2a50d1e',NULL,'video_agent_json',NULL,0,1,NULL,'null',NULL,NULL,0,'video-agent','b23166dd-1fb1-4ea9-a85c-c1cd56b21a5b');
INSERT INTO "workflow_status" VALUES('01a2091f-061a-73c0-9711-ae6d72c16a8a','PENDING','run_job',NULL,NULL,NULL,NULL,NULL,NULL,'01a2091f-0177-7113-bc2c-97191922e4f2',1795449357000,1795449357000,'1',NULL,NULL,NULL,1,'jobs-studio',NULL,NULL,NULL,1795449357000,NULL,10,'after thumbnail',NULL,'28e03871-a405-4533-bdc3-bc00ba1489d9',NULL,'video_agent_json',NULL,0,1,NULL,'null',NULL,NULL,0,'video-agent','4e50a426-67fc-4c16-9c1b-5d070ec61283');
INSERT INTO "workflow_status" VALUES('01a2091f-063a-75bc-91a0-78c1169bf5b7','PENDING','run_job',NULL,NULL,NULL,NULL,NULL,NULL,'01a2091f-0177-7113-bc2c-97191922e4f2',1795449357000,1795449359000,'1',NULL,NULL,NULL,1,'jobs-studio',NULL,NULL,NULL,1795449359000,NULL,10,'before publish',NULL,'97500338-2d07-4e44-9fe7-96e8056a2597',NULL,'video_agent_json',NULL,0,1,NULL,'null',NULL,NULL,0,'video-agent','aa1773b6-9578-4bc7-9658-d9b76b15a782');
INSERT INTO "workflow_status" VALUES('01a2091f-0651-7e2f-9fc8-13615f7fc512','PENDING','run_job',NULL,NULL,NULL,NULL,NULL,NULL,'01a2091f-0177-7113-bc2c-97191922e4f2',1795449357000,1795449359000,'1',NULL,NULL,NULL,1,'jobs-studio',NULL,NULL,NULL,1795449359000,NULL,10,'before send 2',NULL,'14280316-6c2c-41f9-9794-c4c9d15531e9',NULL,'video_agent_json',NULL,0,1,NULL,'null',NULL,NULL,0,'video-agent','469be2d9-2420-4c7b-9fe3-57fd90a34921');
INSERT INTO "workflow_status" VALUES('01a2091f-066d-779f-922a-612cf6bbd8c7','PENDING','run_job',NULL,NULL,NULL,NULL,NULL,NULL,'01a2091f-0177-7113-bc2c-97191922e4f2',1795449357000,1795449359000,'1',NULL,NULL,NULL,1,'jobs-studio',NULL,NULL,NULL,1795449359000,NULL,10,'before turn 3',NULL,'7f14b0dd-c415-4f79-8064-13e6eece1ce6',NULL,'video_agent_json',NULL,0,1,NULL,'null',NULL,NULL,0,'video-agent','696a4c88-a9d5-41f4-ba98-1096ee4a7f91');
INSERT INTO "workflow_status" VALUES('01a2091f-1fb2-7cfa-b241-c23ccceeb155','SUCCESS','run_generation',NULL,NULL,NULL,NULL,NULL,NULL,'01a2091f-0177-7113-bc2c-97191922e4f2',1795449368000,1795449369000,'1',NULL,NULL,NULL,1,'gen-studio-gemini-omni-1.2-flash',NULL,NULL,NULL,1795449368000,NULL,10,'after thumbnail',NULL,NULL,NULL,'video_agent_json',NULL,0,1,1795449369000,'null',NULL,NULL,0,'video-agent','f57de9ab-5b60-4a7b-914a-29060e2bac1e');
INSERT INTO "workflow_status" VALUES('01a2091f-206d-7c9e-80af-f3740079089f','PENDING','run_generation',NULL,NULL,NULL,NULL,NULL,NULL,'01a2091f-0177-7113-bc2c-97191922e4f2',1795449368000,1795449368000,'1',NULL,NULL,NULL,1,'gen-studio-gemini-omni-1.2-flash',NULL,NULL,NULL,1795449368000,NULL,10,'before bring_home 1',NULL,'ae71a5b5-56b2-49bf-affc-42bc22c0dca6',NULL,'video_agent_json',NULL,0,1,NULL,'null',NULL,NULL,0,'video-agent','97571834-2ea4-4ffb-9721-875487dc01a8');
INSERT INTO "workflow_status" VALUES('01a2091f-218e-73e5-81d5-bf105aacb5de','SUCCESS','run_generation',NULL,NULL,NULL,NULL,NULL,NULL,'01a2091f-0177-7113-bc2c-97191922e4f2',1795449368000,1795449369000,'1',NULL,NULL,NULL,1,'gen-studio-gemini-omni-1.2-flash',NULL,NULL,NULL,1795449368000,NULL,10,'after turn 2',NULL,NULL,NULL,'video_agent_json',NULL,0,1,1795449369000,'null',NULL,NULL,0,'video-agent','7a14122b-2da3-4ed7-bb36-99fbbebd7ec2');
INSERT INTO "workflow_status" VALUES('01a2091f-20b0-7253-9d86-73cc411ae0f7','SUCCESS','run_generation',NULL,NULL,NULL,NULL,NULL,NULL,'01a2091f-0177-7113-bc2c-97191922e4f2',1795449368000,1795449370000,'1',NULL,NULL,NULL,1,'gen-studio-gemini-omni-1.2-flash',NULL,NULL,NULL,1795449368000,NULL,10,'before turn 2',NULL,NULL,NULL,'video_agent_json',NULL,0,1,1795449370000,'null',NULL,NULL,0,'video-agent','0c4769e1-a716-41b1-b19c-3b65dedee289');
INSERT INTO "workflow_status" VALUES('01a2091f-21aa-7405-baad-23d156551fc0','SUCCESS','run_generation',NULL,NULL,NULL,NULL,NULL,NULL,'01a2091f-0177-7113-bc2c-97191922e4f2',1795449368000,1795449370000,'1',NULL,NULL,NULL,1,'gen-studio-gemini-omni-1.2-flash',NULL,NULL,NULL,1795449368000,NULL,10,'before publish',NULL,NULL,NULL,'video_agent_json',NULL,0,1,1795449370000,'null',NULL,NULL,0,'video-agent','cf3b2fc4-4a4c-4f7e-a1c6-021accdf84ec');
INSERT INTO "workflow_status" VALUES('01a2091f-21bf-7f0e-92fe-d6046a6c7080','PENDING','run_generation',NULL,NULL,NULL,NULL,NULL,NULL,'01a2091f-0177-7113-bc2c-97191922e4f2',1795449368000,1795449368000,'1',NULL,NULL,NULL,1,'gen-studio-gemini-omni-1.2-flash',NULL,NULL,NULL,1795449368000,NULL,10,'before send 1',NULL,'86217fc7-629f-4899-a7ba-d9fecf713cd3',NULL,'video_agent_json',NULL,0,1,NULL,'null',NULL,NULL,0,'video-agent','a7048327-2238-4361-93d0-243653f3c60d');
INSERT INTO "workflow_status" VALUES('01a2091f-21b9-790d-b860-7f2292e0a778','PENDING','run_generation',NULL,NULL,NULL,NULL,NULL,NULL,'01a2091f-0177-7113-bc2c-97191922e4f2',1795449368000,1795449368000,'1',NULL,NULL,NULL,1,'gen-studio-gemini-omni-1.2-flash',NULL,NULL,NULL,1795449368000,NULL,10,'after send 1',NULL,'c15da212-4811-4f4c-ac7c-9c3f128606c3',NULL,'video_agent_json',NULL,0,1,NULL,'null',NULL,NULL,0,'video-agent','0fb89f5a-ec01-4185-8b0b-959e79721efe');
INSERT INTO "workflow_status" VALUES('01a2091f-21c2-7e03-b7bd-92a6e818a1cb','PENDING','run_generation',NULL,NULL,NULL,NULL,NULL,NULL,'01a2091f-0177-7113-bc2c-97191922e4f2',1795449368000,1795449368000,'1',NULL,NULL,NULL,1,'gen-studio-gemini-omni-1.2-flash',NULL,NULL,NULL,1795449368000,NULL,10,'before the request left',NULL,'e0558ff1-1c24-4836-b26c-8094847afc8a',NULL,'video_agent_json',NULL,0,1,NULL,'null',NULL,NULL,0,'video-agent','602ce5c4-5028-4edc-8af9-712b25ef488c');
INSERT INTO "workflow_status" VALUES('01a2091f-21c6-701a-a502-d13be551e397','PENDING','run_generation',NULL,NULL,NULL,NULL,NULL,NULL,'01a2091f-0177-7113-bc2c-97191922e4f2',1795449368000,1795449368000,'1',NULL,NULL,NULL,1,'gen-studio-gemini-omni-1.2-flash',NULL,NULL,NULL,1795449368000,NULL,10,'before the answer was written down',NULL,'69f5b4c4-aa61-4106-964b-e6977caa02f6',NULL,'video_agent_json',NULL,0,1,NULL,'null',NULL,NULL,0,'video-agent','5999177e-cae9-4b3d-881e-6fe93c529665');
INSERT INTO "workflow_status" VALUES('01a2091f-21ca-7510-9d46-1894991be2a0','SUCCESS','run_generation',NULL,NULL,NULL,NULL,NULL,NULL,'01a2091f-0177-7113-bc2c-97191922e4f2',1795449368000,1795449369000,'1',NULL,NULL,NULL,1,'gen-studio-gemini-omni-1.2-flash',NULL,NULL,NULL,1795449368000,NULL,10,'before send 2',NULL,NULL,NULL,'video_agent_json',NULL,0,1,1795449369000,'null',NULL,NULL,0,'video-agent','22020e4b-2ed7-42f2-8fae-af985ab32f7f');
INSERT INTO "workflow_status" VALUES('01a2091f-21e5-7c5f-a922-f19830b3e39c','PENDING','run_generation',NULL,NULL,NULL,NULL,NULL,NULL,'01a2091f-0177-7113-bc2c-97191922e4f2',1795449368000,1795449369000,'1',NULL,NULL,NULL,1,'gen-studio-gemini-omni-1.2-flash',NULL,NULL,NULL,1795449369000,NULL,10,'after bring_home 1',NULL,'6e7cf288-fcbb-41fc-a634-4aefa8cd33f9',NULL,'video_agent_json',NULL,0,1,NULL,'null',NULL,NULL,0,'video-agent','cb47a3c7-23da-44e9-a809-1fc03395c440');
INSERT INTO "workflow_status" VALUES('01a2091f-21d1-7980-8062-7a3fc0d331f2','SUCCESS','run_generation',NULL,NULL,NULL,NULL,NULL,NULL,'01a2091f-0177-7113-bc2c-97191922e4f2',1795449368000,1795449371000,'1',NULL,NULL,NULL,1,'gen-studio-gemini-omni-1.2-flash',NULL,NULL,NULL,1795449369000,NULL,10,'before loudness',NULL,NULL,NULL,'video_agent_json',NULL,0,1,1795449371000,'null',NULL,NULL,0,'video-agent','49e3c965-8503-4a4e-8573-54757ba15fda');
INSERT INTO "workflow_status" VALUES('01a2091f-2238-717e-932d-83db8736d0a9','SUCCESS','run_generation',NULL,NULL,NULL,NULL,NULL,NULL,'01a2091f-0177-7113-bc2c-97191922e4f2',1795449368000,1795449371000,'1',NULL,NULL,NULL,1,'gen-studio-gemini-omni-1.2-flash',NULL,NULL,NULL,1795449369000,NULL,10,'before turn 3',NULL,NULL,NULL,'video_agent_json',NULL,0,1,1795449371000,'null',NULL,NULL,0,'video-agent','59a7ebb2-6262-4e01-a5be-ff275b04787d');
INSERT INTO "workflow_status" VALUES('01a2091f-48c0-7687-bd2d-a35d4c308fc2','PENDING','run_generation',NULL,NULL,NULL,NULL,NULL,NULL,'01a2091f-0177-7113-bc2c-97191922e4f2',1795449375000,1795449375000,'1',NULL,NULL,NULL,1,'gen-studio-gemini-omni-1.2-flash',NULL,NULL,NULL,1795449375000,NULL,10,'before send 2',NULL,'debfef4f-7838-49e5-8d8a-3218bbca196e',NULL,'video_agent_json',NULL,0,1,NULL,'null',NULL,NULL,0,'video-agent','9209e7c1-99ba-4df4-911a-577f2a267527');
INSERT INTO "workflow_status" VALUES('01a2091f-498c-7bde-b8d4-624af1598d0a','SUCCESS','run_generation',NULL,NULL,NULL,NULL,NULL,NULL,'01a2091f-0177-7113-bc2c-97191922e4f2',1795449375000,1795449375000,'1',NULL,NULL,NULL,1,'gen-studio-gemini-omni-1.2-flash',NULL,NULL,NULL,1795449375000,NULL,10,'before turn 3',NULL,NULL,NULL,'video_agent_json',NULL,0,1,1795449375000,'null',NULL,NULL,0,'video-agent','64c32f9c-3251-4803-af0e-2a847061c816');
CREATE INDEX workflow_status_created_at_index ON workflow_status (created_at);
CREATE INDEX idx_workflow_topic ON notifications (destination_uuid, topic);
CREATE INDEX "idx_workflow_status_delayed" ON "workflow_status" ("delay_until_epoch_ms") WHERE status = 'DELAYED';
CREATE INDEX "idx_workflow_status_forked_from" ON "workflow_status" ("forked_from") WHERE "forked_from" IS NOT NULL;
CREATE INDEX "idx_workflow_status_parent_workflow_id" ON "workflow_status" ("parent_workflow_id") WHERE "parent_workflow_id" IS NOT NULL;
CREATE UNIQUE INDEX "uq_workflow_status_dedup_id" ON "workflow_status" ("queue_name", "deduplication_id") WHERE "deduplication_id" IS NOT NULL;
CREATE INDEX "idx_workflow_status_pending" ON "workflow_status" ("created_at") WHERE "status" = 'PENDING';
CREATE INDEX "idx_workflow_status_failed" ON "workflow_status" ("status", "created_at") WHERE "status" IN ('ERROR', 'CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED');
CREATE INDEX "idx_workflow_status_rate_limited" ON "workflow_status" ("queue_name", "started_at_epoch_ms") WHERE "rate_limited" = TRUE;
CREATE INDEX "idx_workflow_status_completed_at" ON "workflow_status" ("completed_at") WHERE "completed_at" IS NOT NULL;
CREATE INDEX "idx_workflow_status_started_at" ON "workflow_status" ("started_at_epoch_ms") WHERE "started_at_epoch_ms" IS NOT NULL;
CREATE INDEX "idx_workflow_status_schedule_name" ON "workflow_status" ("schedule_name") WHERE "schedule_name" IS NOT NULL;
CREATE UNIQUE INDEX "uq_application_versions_owner_version"
    ON application_versions ("application_name", "version_name")
    WHERE "application_name" IS NOT NULL;
CREATE UNIQUE INDEX "uq_application_versions_unclaimed_version"
    ON application_versions ("version_name")
    WHERE "application_name" IS NULL;
CREATE INDEX idx_workflow_input_retention
    ON workflow_input (retention_timestamp);
CREATE INDEX idx_workflow_output_retention
    ON workflow_output (retention_timestamp);
CREATE INDEX idx_operation_outputs_retention
    ON operation_outputs (retention_timestamp);
CREATE INDEX "idx_workflow_status_in_flight_v2" ON "workflow_status" ("queue_name", "status", "priority", "created_at", "application_name") WHERE "status" IN ('ENQUEUED', 'PENDING');
CREATE INDEX "idx_workflow_status_partition_dequeue_v3" ON "workflow_status" ("queue_name", "status", "queue_partition_key", "priority", "created_at", "workflow_uuid", "application_name") WHERE "status" IN ('ENQUEUED', 'PENDING') AND "queue_partition_key" IS NOT NULL;
CREATE INDEX "idx_operation_outputs_completed_at_function_name_v2" ON "operation_outputs" ("completed_at_epoch_ms", "function_name", "application_name");
CREATE INDEX "idx_workflow_status_deadline" ON "workflow_status" ("workflow_deadline_epoch_ms") WHERE "status" IN ('ENQUEUED', 'PENDING', 'DELAYED') AND "workflow_deadline_epoch_ms" IS NOT NULL;
CREATE INDEX "idx_application_versions_timestamp" ON "application_versions" ("version_timestamp" DESC);
CREATE INDEX "idx_application_versions_owner_timestamp" ON "application_versions" ("application_name", "version_timestamp" DESC);
COMMIT;
