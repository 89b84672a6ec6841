BEGIN TRANSACTION;
CREATE TABLE application_versions (
    version_id TEXT NOT NULL PRIMARY KEY,
    version_name TEXT NOT NULL UNIQUE,
    version_timestamp INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000),
    created_at INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000)
, "application_name" TEXT DEFAULT NULL);
INSERT INTO "application_versions" VALUES('56c99f00-5075-403f-8195-1569294d9f73','1',1795453938000,1795453938000,'video-agent');
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
INSERT INTO "operation_outputs" VALUES('01a20964-ea1d-7608-9e53-fb740957395d',1,'turn','{"outcome":{"waiting":[{"generation_id":"01a20965-04de-7b06-bf6e-c756cb518d9e","model":"gemini-omni-1.2-flash","user_id":"before bring_home 1","priority":10}],"until":null,"stages":[],"publish":false},"gave_up":false}',NULL,NULL,1795453938396,1795453946553,'video_agent_json','video-agent',1795453946000);
INSERT INTO "operation_outputs" VALUES('01a20964-ea20-796f-bf21-1ea73392ad75',1,'turn','{"outcome":{"waiting":[{"generation_id":"01a20965-0512-7572-b24c-14c304a7972d","model":"gemini-omni-1.2-flash","user_id":"after bring_home 1","priority":10}],"until":null,"stages":[],"publish":false},"gave_up":false}',NULL,NULL,1795453938420,1795453946616,'video_agent_json','video-agent',1795453946000);
INSERT INTO "operation_outputs" VALUES('01a20964-ea34-7d8e-b031-735b46dee75d',1,'turn','{"outcome":{"waiting":[{"generation_id":"01a20965-04ff-7c34-87ef-6213bb5afc35","model":"gemini-omni-1.2-flash","user_id":"before send 2","priority":10}],"until":null,"stages":[],"publish":false},"gave_up":false}',NULL,NULL,1795453938408,1795453946628,'video_agent_json','video-agent',1795453946000);
INSERT INTO "operation_outputs" VALUES('01a20964-ea2e-7848-b401-e9803192ec2f',1,'turn','{"outcome":{"waiting":[{"generation_id":"01a20965-052b-7f2f-a371-307972abb6df","model":"gemini-omni-1.2-flash","user_id":"after thumbnail","priority":10}],"until":null,"stages":[],"publish":false},"gave_up":false}',NULL,NULL,1795453938440,1795453946644,'video_agent_json','video-agent',1795453946000);
INSERT INTO "operation_outputs" VALUES('01a20964-ea0c-795e-988c-f164cccf9a48',1,'turn','{"outcome":{"waiting":[{"generation_id":"01a20965-0536-7c3f-95a9-4f8996cd38e5","model":"gemini-omni-1.2-flash","user_id":"before send 1","priority":10}],"until":null,"stages":[],"publish":false},"gave_up":false}',NULL,NULL,1795453938454,1795453946695,'video_agent_json','video-agent',1795453946000);
INSERT INTO "operation_outputs" VALUES('01a20964-ea15-7dcc-bfe6-02e27258bbf5',1,'turn','{"outcome":{"waiting":[{"generation_id":"01a20965-0546-7234-9924-c1d96d37a63f","model":"gemini-omni-1.2-flash","user_id":"before the answer was written down","priority":10}],"until":null,"stages":[],"publish":false},"gave_up":false}',NULL,NULL,1795453938508,1795453946716,'video_agent_json','video-agent',1795453946000);
INSERT INTO "operation_outputs" VALUES('01a20964-ea31-7fa0-aee1-67ff49eb6163',1,'turn','{"outcome":{"waiting":[{"generation_id":"01a20965-054c-7a26-9b4d-ba14d5b2f7f9","model":"gemini-omni-1.2-flash","user_id":"before publish","priority":10}],"until":null,"stages":[],"publish":false},"gave_up":false}',NULL,NULL,1795453938536,1795453946741,'video_agent_json','video-agent',1795453946000);
INSERT INTO "operation_outputs" VALUES('01a20964-ea19-7081-9d9f-3898fe06ff2c',1,'turn','{"outcome":{"waiting":[{"generation_id":"01a20965-0550-79a3-869a-3da3766903ee","model":"gemini-omni-1.2-flash","user_id":"after send 1","priority":10}],"until":null,"stages":[],"publish":false},"gave_up":false}',NULL,NULL,1795453938548,1795453946761,'video_agent_json','video-agent',1795453946000);
INSERT INTO "operation_outputs" VALUES('01a20964-ea27-732c-b8ad-4a37fb34eac3',1,'turn','{"outcome":{"waiting":[{"generation_id":"01a20965-0555-771c-8078-1b3cc6b88cb0","model":"gemini-omni-1.2-flash","user_id":"after turn 2","priority":10}],"until":null,"stages":[],"publish":false},"gave_up":false}',NULL,NULL,1795453938555,1795453946765,'video_agent_json','video-agent',1795453946000);
INSERT INTO "operation_outputs" VALUES('01a20964-ea37-70e9-bc4d-4e3fa5089a73',1,'turn','{"outcome":{"waiting":[{"generation_id":"01a20965-055b-7865-8d3d-19bf606c762c","model":"gemini-omni-1.2-flash","user_id":"before turn 3","priority":10}],"until":null,"stages":[],"publish":false},"gave_up":false}',NULL,NULL,1795453938557,1795453946768,'video_agent_json','video-agent',1795453946000);
INSERT INTO "operation_outputs" VALUES('01a20964-ea2a-7118-a3ce-bf334c8573f2',1,'turn','{"outcome":{"waiting":[{"generation_id":"01a20965-055f-799c-80e6-8a42d08a3b97","model":"gemini-omni-1.2-flash","user_id":"before loudness","priority":10}],"until":null,"stages":[],"publish":false},"gave_up":false}',NULL,NULL,1795453938576,1795453946779,'video_agent_json','video-agent',1795453946000);
INSERT INTO "operation_outputs" VALUES('01a20964-ea11-7625-87aa-cebbb7020dee',1,'turn','{"outcome":{"waiting":[{"generation_id":"01a20965-057b-71dd-9370-fdea91caaa44","model":"gemini-omni-1.2-flash","user_id":"before the request left","priority":10}],"until":null,"stages":[],"publish":false},"gave_up":false}',NULL,NULL,1795453938592,1795453946785,'video_agent_json','video-agent',1795453946000);
INSERT INTO "operation_outputs" VALUES('01a20964-ea24-7828-9dd9-b7da8848ab8a',1,'turn','{"outcome":{"waiting":[{"generation_id":"01a20965-0595-7982-99f8-92df11b3e198","model":"gemini-omni-1.2-flash","user_id":"before turn 2","priority":10}],"until":null,"stages":[],"publish":false},"gave_up":false}',NULL,NULL,1795453938597,1795453946788,'video_agent_json','video-agent',1795453946000);
INSERT INTO "operation_outputs" VALUES('01a20965-04de-7b06-bf6e-c756cb518d9e',1,'send','{"outcome":null,"gave_up":false}',NULL,NULL,1795453947130,1795453947496,'video_agent_json','video-agent',1795453947000);
INSERT INTO "operation_outputs" VALUES('01a20965-055b-7865-8d3d-19bf606c762c',1,'send','{"outcome":null,"gave_up":false}',NULL,NULL,1795453947142,1795453947786,'video_agent_json','video-agent',1795453947000);
INSERT INTO "operation_outputs" VALUES('01a20965-0555-771c-8078-1b3cc6b88cb0',1,'send','{"outcome":null,"gave_up":false}',NULL,NULL,1795453947188,1795453948055,'video_agent_json','video-agent',1795453948000);
INSERT INTO "operation_outputs" VALUES('01a20965-055f-799c-80e6-8a42d08a3b97',1,'send','{"outcome":null,"gave_up":false}',NULL,NULL,1795453947175,1795453948070,'video_agent_json','video-agent',1795453948000);
INSERT INTO "operation_outputs" VALUES('01a20965-0595-7982-99f8-92df11b3e198',1,'send','{"outcome":null,"gave_up":false}',NULL,NULL,1795453947216,1795453948138,'video_agent_json','video-agent',1795453948000);
INSERT INTO "operation_outputs" VALUES('01a20965-04ff-7c34-87ef-6213bb5afc35',1,'send','{"outcome":null,"gave_up":false}',NULL,NULL,1795453947336,1795453948321,'video_agent_json','video-agent',1795453948000);
INSERT INTO "operation_outputs" VALUES('01a20965-0512-7572-b24c-14c304a7972d',1,'send','{"outcome":null,"gave_up":false}',NULL,NULL,1795453947288,1795453948348,'video_agent_json','video-agent',1795453948000);
INSERT INTO "operation_outputs" VALUES('01a20965-054c-7a26-9b4d-ba14d5b2f7f9',1,'send','{"outcome":null,"gave_up":false}',NULL,NULL,1795453947408,1795453948497,'video_agent_json','video-agent',1795453948000);
INSERT INTO "operation_outputs" VALUES('01a20965-052b-7f2f-a371-307972abb6df',1,'send','{"outcome":null,"gave_up":false}',NULL,NULL,1795453947420,1795453948622,'video_agent_json','video-agent',1795453948000);
INSERT INTO "operation_outputs" VALUES('01a20965-055b-7865-8d3d-19bf606c762c',2,'bring_home','{"outcome":null,"gave_up":false}',NULL,NULL,1795453947792,1795453949283,'video_agent_json','video-agent',1795453949000);
INSERT INTO "operation_outputs" VALUES('01a20965-0555-771c-8078-1b3cc6b88cb0',2,'bring_home','{"outcome":null,"gave_up":false}',NULL,NULL,1795453948056,1795453949312,'video_agent_json','video-agent',1795453949000);
INSERT INTO "operation_outputs" VALUES('01a20965-055f-799c-80e6-8a42d08a3b97',2,'bring_home','{"outcome":null,"gave_up":false}',NULL,NULL,1795453948072,1795453949337,'video_agent_json','video-agent',1795453949000);
INSERT INTO "operation_outputs" VALUES('01a20965-0595-7982-99f8-92df11b3e198',2,'bring_home','{"outcome":null,"gave_up":false}',NULL,NULL,1795453948140,1795453949344,'video_agent_json','video-agent',1795453949000);
INSERT INTO "operation_outputs" VALUES('01a20964-ea27-732c-b8ad-4a37fb34eac3',2,'settled','{"outcome":null,"gave_up":false}',NULL,NULL,1795453946766,1795453949347,'video_agent_json','video-agent',1795453949000);
INSERT INTO "operation_outputs" VALUES('01a20964-ea37-70e9-bc4d-4e3fa5089a73',2,'settled','{"outcome":null,"gave_up":false}',NULL,NULL,1795453946770,1795453949348,'video_agent_json','video-agent',1795453949000);
INSERT INTO "operation_outputs" VALUES('01a20964-ea2a-7118-a3ce-bf334c8573f2',2,'settled','{"outcome":null,"gave_up":false}',NULL,NULL,1795453946780,1795453949348,'video_agent_json','video-agent',1795453949000);
INSERT INTO "operation_outputs" VALUES('01a20965-04ff-7c34-87ef-6213bb5afc35',2,'bring_home','{"outcome":null,"gave_up":false}',NULL,NULL,1795453948328,1795453949405,'video_agent_json','video-agent',1795453949000);
INSERT INTO "operation_outputs" VALUES('01a20964-ea34-7d8e-b031-735b46dee75d',2,'settled','{"outcome":null,"gave_up":false}',NULL,NULL,1795453946630,1795453949425,'video_agent_json','video-agent',1795453949000);
INSERT INTO "operation_outputs" VALUES('01a20964-ea24-7828-9dd9-b7da8848ab8a',2,'settled','{"outcome":null,"gave_up":false}',NULL,NULL,1795453946788,1795453949425,'video_agent_json','video-agent',1795453949000);
INSERT INTO "operation_outputs" VALUES('01a20965-054c-7a26-9b4d-ba14d5b2f7f9',2,'bring_home','{"outcome":null,"gave_up":false}',NULL,NULL,1795453948500,1795453949446,'video_agent_json','video-agent',1795453949000);
INSERT INTO "operation_outputs" VALUES('01a20965-052b-7f2f-a371-307972abb6df',2,'bring_home','{"outcome":null,"gave_up":false}',NULL,NULL,1795453948630,1795453949466,'video_agent_json','video-agent',1795453949000);
INSERT INTO "operation_outputs" VALUES('01a20964-ea31-7fa0-aee1-67ff49eb6163',2,'settled','{"outcome":null,"gave_up":false}',NULL,NULL,1795453946744,1795453949497,'video_agent_json','video-agent',1795453949000);
INSERT INTO "operation_outputs" VALUES('01a20964-ea2e-7848-b401-e9803192ec2f',2,'settled','{"outcome":null,"gave_up":false}',NULL,NULL,1795453946648,1795453949496,'video_agent_json','video-agent',1795453949000);
INSERT INTO "operation_outputs" VALUES('01a20964-ea20-796f-bf21-1ea73392ad75',2,'settled','{"outcome":null,"gave_up":false}',NULL,NULL,1795453946618,1795453949496,'video_agent_json','video-agent',1795453949000);
INSERT INTO "operation_outputs" VALUES('01a20964-ea2a-7118-a3ce-bf334c8573f2',3,'turn','{"outcome":{"waiting":[],"until":null,"stages":["loudness","thumbnail","contact_sheet"],"publish":true},"gave_up":false}',NULL,NULL,1795453949351,1795453950892,'video_agent_json','video-agent',1795453950000);
INSERT INTO "operation_outputs" VALUES('01a20964-ea2a-7118-a3ce-bf334c8573f2',4,'side by side','null',NULL,NULL,1795453950894,1795453950896,'video_agent_json','video-agent',1795453950000);
INSERT INTO "operation_outputs" VALUES('01a20964-ea2e-7848-b401-e9803192ec2f',3,'turn','{"outcome":{"waiting":[],"until":null,"stages":["loudness","thumbnail","contact_sheet"],"publish":true},"gave_up":false}',NULL,NULL,1795453949503,1795453951022,'video_agent_json','video-agent',1795453951000);
INSERT INTO "operation_outputs" VALUES('01a20964-ea2e-7848-b401-e9803192ec2f',4,'side by side','null',NULL,NULL,1795453951027,1795453951037,'video_agent_json','video-agent',1795453951000);
INSERT INTO "operation_outputs" VALUES('01a20964-ea31-7fa0-aee1-67ff49eb6163',3,'turn','{"outcome":{"waiting":[],"until":null,"stages":["loudness","thumbnail","contact_sheet"],"publish":true},"gave_up":false}',NULL,NULL,1795453949499,1795453951052,'video_agent_json','video-agent',1795453951000);
INSERT INTO "operation_outputs" VALUES('01a20964-ea31-7fa0-aee1-67ff49eb6163',4,'side by side','null',NULL,NULL,1795453951056,1795453951061,'video_agent_json','video-agent',1795453951000);
INSERT INTO "operation_outputs" VALUES('01a20964-ea2a-7118-a3ce-bf334c8573f2',6,'thumbnail','{"outcome":null,"gave_up":false}',NULL,NULL,1795453950897,1795453951135,'video_agent_json','video-agent',1795453951000);
INSERT INTO "operation_outputs" VALUES('01a20964-ea20-796f-bf21-1ea73392ad75',3,'turn','{"outcome":{"waiting":[],"until":null,"stages":["loudness","thumbnail","contact_sheet"],"publish":true},"gave_up":false}',NULL,NULL,1795453949503,1795453951179,'video_agent_json','video-agent',1795453951000);
INSERT INTO "operation_outputs" VALUES('01a20964-ea20-796f-bf21-1ea73392ad75',4,'side by side','null',NULL,NULL,1795453951181,1795453951186,'video_agent_json','video-agent',1795453951000);
INSERT INTO "operation_outputs" VALUES('01a20964-ea2a-7118-a3ce-bf334c8573f2',7,'contact_sheet','{"outcome":null,"gave_up":false}',NULL,NULL,1795453950897,1795453951343,'video_agent_json','video-agent',1795453951000);
INSERT INTO "operation_outputs" VALUES('01a20964-ea31-7fa0-aee1-67ff49eb6163',6,'thumbnail','{"outcome":null,"gave_up":false}',NULL,NULL,1795453951065,1795453952448,'video_agent_json','video-agent',1795453952000);
INSERT INTO "operation_outputs" VALUES('01a20964-ea2e-7848-b401-e9803192ec2f',5,'loudness','{"outcome":null,"gave_up":false}',NULL,NULL,1795453951043,1795453952497,'video_agent_json','video-agent',1795453952000);
INSERT INTO "operation_outputs" VALUES('01a20964-ea2e-7848-b401-e9803192ec2f',7,'contact_sheet','{"outcome":null,"gave_up":false}',NULL,NULL,1795453951043,1795453952596,'video_agent_json','video-agent',1795453952000);
INSERT INTO "operation_outputs" VALUES('01a20964-ea31-7fa0-aee1-67ff49eb6163',7,'contact_sheet','{"outcome":null,"gave_up":false}',NULL,NULL,1795453951065,1795453952601,'video_agent_json','video-agent',1795453952000);
INSERT INTO "operation_outputs" VALUES('01a20964-ea20-796f-bf21-1ea73392ad75',6,'thumbnail','{"outcome":null,"gave_up":false}',NULL,NULL,1795453951188,1795453952608,'video_agent_json','video-agent',1795453952000);
INSERT INTO "operation_outputs" VALUES('01a20964-ea31-7fa0-aee1-67ff49eb6163',5,'loudness','{"outcome":null,"gave_up":false}',NULL,NULL,1795453951065,1795453952627,'video_agent_json','video-agent',1795453952000);
INSERT INTO "operation_outputs" VALUES('01a20964-ea20-796f-bf21-1ea73392ad75',7,'contact_sheet','{"outcome":null,"gave_up":false}',NULL,NULL,1795453951188,1795453952746,'video_agent_json','video-agent',1795453952000);
INSERT INTO "operation_outputs" VALUES('01a20964-ea20-796f-bf21-1ea73392ad75',5,'loudness','{"outcome":null,"gave_up":false}',NULL,NULL,1795453951188,1795453952757,'video_agent_json','video-agent',1795453952000);
INSERT INTO "operation_outputs" VALUES('01a20964-ea20-796f-bf21-1ea73392ad75',8,'publish','{"outcome":null,"gave_up":false}',NULL,NULL,1795453952763,1795453952976,'video_agent_json','video-agent',1795453953000);
INSERT INTO "operation_outputs" VALUES('01a20964-ea34-7d8e-b031-735b46dee75d',3,'turn','{"outcome":{"waiting":[{"generation_id":"01a20965-2574-7f80-9ed3-6f85876273cf","model":"gemini-omni-1.2-flash","user_id":"before send 2","priority":10}],"until":null,"stages":[],"publish":false},"gave_up":false}',NULL,NULL,1795453949427,1795453953955,'video_agent_json','video-agent',1795453953000);
INSERT INTO "operation_outputs" VALUES('01a20964-ea37-70e9-bc4d-4e3fa5089a73',3,'turn','{"outcome":{"waiting":[{"generation_id":"01a20965-2455-729f-a697-0aeda9e525ab","model":"gemini-omni-1.2-flash","user_id":"before turn 3","priority":10}],"until":null,"stages":[],"publish":false},"gave_up":false}',NULL,NULL,1795453949349,1795453953956,'video_agent_json','video-agent',1795453953000);
INSERT INTO "operation_outputs" VALUES('01a20965-2455-729f-a697-0aeda9e525ab',1,'send','{"outcome":null,"gave_up":false}',NULL,NULL,1795453954415,1795453954442,'video_agent_json','video-agent',1795453954000);
INSERT INTO "operation_outputs" VALUES('01a20965-2455-729f-a697-0aeda9e525ab',2,'bring_home','{"outcome":null,"gave_up":false}',NULL,NULL,1795453954445,1795453954483,'video_agent_json','video-agent',1795453954000);
INSERT INTO "operation_outputs" VALUES('01a20964-ea37-70e9-bc4d-4e3fa5089a73',4,'settled','{"outcome":null,"gave_up":false}',NULL,NULL,1795453953959,1795453954487,'video_agent_json','video-agent',1795453954000);
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
INSERT INTO "queues" VALUES('81F5F64351CF32476A74A36720029654','jobs-studio',NULL,2000,50,1.0,1,1,0.25,1795453938000,1795453938034,'video-agent',NULL,2000,NULL,NULL);
INSERT INTO "queues" VALUES('A84F3D9E3286C70A4FDF1CB1BD7C3A6E','gen-studio-gemini-omni-1.2-flash',15,NULL,18,60.0,1,1,0.5,1795453938000,1795453938038,'video-agent',14,NULL,NULL,NULL);
INSERT INTO "queues" VALUES('29F4FC0F6C3F97C94F4EB81D45C527C6','gen-studio-gemini-omni-1.1-flash',15,NULL,18,60.0,1,1,1.0,1795453938000,1795453938040,'video-agent',14,NULL,NULL,NULL);
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
INSERT INTO "workflow_input" VALUES('01a20964-e9c0-7e2a-a977-aefc278aa41b','{"args":[{"job_id":"01a20964-e9c0-7e2a-a977-aefc278aa41b","run":1,"user_id":"before turn 1","priority":10}],"kwargs":{}}',1795453938000);
INSERT INTO "workflow_input" VALUES('01a20964-ea06-7db0-b41d-09860296ad83','{"args":[{"job_id":"01a20964-ea06-7db0-b41d-09860296ad83","run":1,"user_id":"after turn 1","priority":10}],"kwargs":{}}',1795453938000);
INSERT INTO "workflow_input" VALUES('01a20964-ea0c-795e-988c-f164cccf9a48','{"args":[{"job_id":"01a20964-ea0c-795e-988c-f164cccf9a48","run":1,"user_id":"before send 1","priority":10}],"kwargs":{}}',1795453938000);
INSERT INTO "workflow_input" VALUES('01a20964-ea11-7625-87aa-cebbb7020dee','{"args":[{"job_id":"01a20964-ea11-7625-87aa-cebbb7020dee","run":1,"user_id":"before the request left","priority":10}],"kwargs":{}}',1795453938000);
INSERT INTO "workflow_input" VALUES('01a20964-ea15-7dcc-bfe6-02e27258bbf5','{"args":[{"job_id":"01a20964-ea15-7dcc-bfe6-02e27258bbf5","run":1,"user_id":"before the answer was written down","priority":10}],"kwargs":{}}',1795453938000);
INSERT INTO "workflow_input" VALUES('01a20964-ea19-7081-9d9f-3898fe06ff2c','{"args":[{"job_id":"01a20964-ea19-7081-9d9f-3898fe06ff2c","run":1,"user_id":"after send 1","priority":10}],"kwargs":{}}',1795453938000);
INSERT INTO "workflow_input" VALUES('01a20964-ea1d-7608-9e53-fb740957395d','{"args":[{"job_id":"01a20964-ea1d-7608-9e53-fb740957395d","run":1,"user_id":"before bring_home 1","priority":10}],"kwargs":{}}',1795453938000);
INSERT INTO "workflow_input" VALUES('01a20964-ea20-796f-bf21-1ea73392ad75','{"args":[{"job_id":"01a20964-ea20-796f-bf21-1ea73392ad75","run":1,"user_id":"after bring_home 1","priority":10}],"kwargs":{}}',1795453938000);
INSERT INTO "workflow_input" VALUES('01a20964-ea24-7828-9dd9-b7da8848ab8a','{"args":[{"job_id":"01a20964-ea24-7828-9dd9-b7da8848ab8a","run":1,"user_id":"before turn 2","priority":10}],"kwargs":{}}',1795453938000);
INSERT INTO "workflow_input" VALUES('01a20964-ea27-732c-b8ad-4a37fb34eac3','{"args":[{"job_id":"01a20964-ea27-732c-b8ad-4a37fb34eac3","run":1,"user_id":"after turn 2","priority":10}],"kwargs":{}}',1795453938000);
INSERT INTO "workflow_input" VALUES('01a20964-ea2a-7118-a3ce-bf334c8573f2','{"args":[{"job_id":"01a20964-ea2a-7118-a3ce-bf334c8573f2","run":1,"user_id":"before loudness","priority":10}],"kwargs":{}}',1795453938000);
INSERT INTO "workflow_input" VALUES('01a20964-ea2e-7848-b401-e9803192ec2f','{"args":[{"job_id":"01a20964-ea2e-7848-b401-e9803192ec2f","run":1,"user_id":"after thumbnail","priority":10}],"kwargs":{}}',1795453938000);
INSERT INTO "workflow_input" VALUES('01a20964-ea31-7fa0-aee1-67ff49eb6163','{"args":[{"job_id":"01a20964-ea31-7fa0-aee1-67ff49eb6163","run":1,"user_id":"before publish","priority":10}],"kwargs":{}}',1795453938000);
INSERT INTO "workflow_input" VALUES('01a20964-ea34-7d8e-b031-735b46dee75d','{"args":[{"job_id":"01a20964-ea34-7d8e-b031-735b46dee75d","run":1,"user_id":"before send 2","priority":10}],"kwargs":{}}',1795453938000);
INSERT INTO "workflow_input" VALUES('01a20964-ea37-70e9-bc4d-4e3fa5089a73','{"args":[{"job_id":"01a20964-ea37-70e9-bc4d-4e3fa5089a73","run":1,"user_id":"before turn 3","priority":10}],"kwargs":{}}',1795453938000);
INSERT INTO "workflow_input" VALUES('01a20965-04de-7b06-bf6e-c756cb518d9e','{"args":[{"generation_id":"01a20965-04de-7b06-bf6e-c756cb518d9e","job_id":"01a20964-ea1d-7608-9e53-fb740957395d","user_id":"before bring_home 1","priority":10}],"kwargs":{}}',1795453946000);
INSERT INTO "workflow_input" VALUES('01a20965-0512-7572-b24c-14c304a7972d','{"args":[{"generation_id":"01a20965-0512-7572-b24c-14c304a7972d","job_id":"01a20964-ea20-796f-bf21-1ea73392ad75","user_id":"after bring_home 1","priority":10}],"kwargs":{}}',1795453946000);
INSERT INTO "workflow_input" VALUES('01a20965-04ff-7c34-87ef-6213bb5afc35','{"args":[{"generation_id":"01a20965-04ff-7c34-87ef-6213bb5afc35","job_id":"01a20964-ea34-7d8e-b031-735b46dee75d","user_id":"before send 2","priority":10}],"kwargs":{}}',1795453946000);
INSERT INTO "workflow_input" VALUES('01a20965-052b-7f2f-a371-307972abb6df','{"args":[{"generation_id":"01a20965-052b-7f2f-a371-307972abb6df","job_id":"01a20964-ea2e-7848-b401-e9803192ec2f","user_id":"after thumbnail","priority":10}],"kwargs":{}}',1795453946000);
INSERT INTO "workflow_input" VALUES('01a20965-0536-7c3f-95a9-4f8996cd38e5','{"args":[{"generation_id":"01a20965-0536-7c3f-95a9-4f8996cd38e5","job_id":"01a20964-ea0c-795e-988c-f164cccf9a48","user_id":"before send 1","priority":10}],"kwargs":{}}',1795453946000);
INSERT INTO "workflow_input" VALUES('01a20965-0546-7234-9924-c1d96d37a63f','{"args":[{"generation_id":"01a20965-0546-7234-9924-c1d96d37a63f","job_id":"01a20964-ea15-7dcc-bfe6-02e27258bbf5","user_id":"before the answer was written down","priority":10}],"kwargs":{}}',1795453946000);
INSERT INTO "workflow_input" VALUES('01a20965-054c-7a26-9b4d-ba14d5b2f7f9','{"args":[{"generation_id":"01a20965-054c-7a26-9b4d-ba14d5b2f7f9","job_id":"01a20964-ea31-7fa0-aee1-67ff49eb6163","user_id":"before publish","priority":10}],"kwargs":{}}',1795453946000);
INSERT INTO "workflow_input" VALUES('01a20965-0550-79a3-869a-3da3766903ee','{"args":[{"generation_id":"01a20965-0550-79a3-869a-3da3766903ee","job_id":"01a20964-ea19-7081-9d9f-3898fe06ff2c","user_id":"after send 1","priority":10}],"kwargs":{}}',1795453946000);
INSERT INTO "workflow_input" VALUES('01a20965-0555-771c-8078-1b3cc6b88cb0','{"args":[{"generation_id":"01a20965-0555-771c-8078-1b3cc6b88cb0","job_id":"01a20964-ea27-732c-b8ad-4a37fb34eac3","user_id":"after turn 2","priority":10}],"kwargs":{}}',1795453946000);
INSERT INTO "workflow_input" VALUES('01a20965-055b-7865-8d3d-19bf606c762c','{"args":[{"generation_id":"01a20965-055b-7865-8d3d-19bf606c762c","job_id":"01a20964-ea37-70e9-bc4d-4e3fa5089a73","user_id":"before turn 3","priority":10}],"kwargs":{}}',1795453946000);
INSERT INTO "workflow_input" VALUES('01a20965-055f-799c-80e6-8a42d08a3b97','{"args":[{"generation_id":"01a20965-055f-799c-80e6-8a42d08a3b97","job_id":"01a20964-ea2a-7118-a3ce-bf334c8573f2","user_id":"before loudness","priority":10}],"kwargs":{}}',1795453946000);
INSERT INTO "workflow_input" VALUES('01a20965-057b-71dd-9370-fdea91caaa44','{"args":[{"generation_id":"01a20965-057b-71dd-9370-fdea91caaa44","job_id":"01a20964-ea11-7625-87aa-cebbb7020dee","user_id":"before the request left","priority":10}],"kwargs":{}}',1795453946000);
INSERT INTO "workflow_input" VALUES('01a20965-0595-7982-99f8-92df11b3e198','{"args":[{"generation_id":"01a20965-0595-7982-99f8-92df11b3e198","job_id":"01a20964-ea24-7828-9dd9-b7da8848ab8a","user_id":"before turn 2","priority":10}],"kwargs":{}}',1795453946000);
INSERT INTO "workflow_input" VALUES('01a20965-2574-7f80-9ed3-6f85876273cf','{"args":[{"generation_id":"01a20965-2574-7f80-9ed3-6f85876273cf","job_id":"01a20964-ea34-7d8e-b031-735b46dee75d","user_id":"before send 2","priority":10}],"kwargs":{}}',1795453953000);
INSERT INTO "workflow_input" VALUES('01a20965-2455-729f-a697-0aeda9e525ab','{"args":[{"generation_id":"01a20965-2455-729f-a697-0aeda9e525ab","job_id":"01a20964-ea37-70e9-bc4d-4e3fa5089a73","user_id":"before turn 3","priority":10}],"kwargs":{}}',1795453953000);
CREATE TABLE workflow_output (
    workflow_uuid TEXT NOT NULL PRIMARY KEY,
    output TEXT,
    error TEXT,
    retention_timestamp INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000)
);
INSERT INTO "workflow_output" VALUES('01a20965-055b-7865-8d3d-19bf606c762c','null',NULL,1795453949000);
INSERT INTO "workflow_output" VALUES('01a20965-0555-771c-8078-1b3cc6b88cb0','null',NULL,1795453949000);
INSERT INTO "workflow_output" VALUES('01a20965-055f-799c-80e6-8a42d08a3b97','null',NULL,1795453949000);
INSERT INTO "workflow_output" VALUES('01a20965-0595-7982-99f8-92df11b3e198','null',NULL,1795453949000);
INSERT INTO "workflow_output" VALUES('01a20965-04ff-7c34-87ef-6213bb5afc35','null',NULL,1795453949000);
INSERT INTO "workflow_output" VALUES('01a20965-054c-7a26-9b4d-ba14d5b2f7f9','null',NULL,1795453949000);
INSERT INTO "workflow_output" VALUES('01a20965-052b-7f2f-a371-307972abb6df','null',NULL,1795453949000);
INSERT INTO "workflow_output" VALUES('01a20964-ea20-796f-bf21-1ea73392ad75','null',NULL,1795453953000);
INSERT INTO "workflow_output" VALUES('01a20965-2455-729f-a697-0aeda9e525ab','null',NULL,1795453954000);
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
INSERT INTO "workflow_status" VALUES('01a20964-e9c0-7e2a-a977-aefc278aa41b','PENDING','run_job',NULL,NULL,NULL,NULL,NULL,NULL,'01a20964-e830-70a5-ad36-ef32a904b94c',1795453938000,1795453938000,'1',NULL,NULL,NULL,1,'jobs-studio',NULL,NULL,NULL,1795453938000,NULL,10,'before turn 1',NULL,'af251cc9-4ea4-4cb9-947c-5ab18fac616a',NULL,'video_agent_json',NULL,0,1,NULL,'null',NULL,NULL,0,'video-agent','eb91bf96-9bd9-4522-91fd-0de05bb50ce0');
INSERT INTO "workflow_status" VALUES('01a20964-ea06-7db0-b41d-09860296ad83','PENDING','run_job',NULL,NULL,NULL,NULL,NULL,NULL,'01a20964-e830-70a5-ad36-ef32a904b94c',1795453938000,1795453938000,'1',NULL,NULL,NULL,1,'jobs-studio',NULL,NULL,NULL,1795453938000,NULL,10,'after turn 1',NULL,'9bc24cc1-9307-4742-8c8a-0130dd64dff2',NULL,'video_agent_json',NULL,0,1,NULL,'null',NULL,NULL,0,'video-agent','64ed9869-963c-4e53-ae3b-3e37c13e8ab0');
INSERT INTO "workflow_status" VALUES('01a20964-ea0c-795e-988c-f164cccf9a48','PENDING','run_job',NULL,NULL,NULL,NULL,NULL,NULL,'01a20964-e830-70a5-ad36-ef32a904b94c',1795453938000,1795453938000,'1',NULL,NULL,NULL,1,'jobs-studio',NULL,NULL,NULL,1795453938000,NULL,10,'before send 1',NULL,'43b47ff2-529d-40fc-975f-cda08a624243',NULL,'video_agent_json',NULL,0,1,NULL,'null',NULL,NULL,0,'video-agent','f57251ad-a496-4fdd-a168-e6855a65ace3');
INSERT INTO "workflow_status" VALUES('01a20964-ea11-7625-87aa-cebbb7020dee','PENDING','run_job',NULL,NULL,NULL,NULL,NULL,NULL,'01a20964-e830-70a5-ad36-ef32a904b94c',1795453938000,1795453938000,'1',NULL,NULL,NULL,1,'jobs-studio',NULL,NULL,NULL,1795453938000,NULL,10,'before the request left',NULL,'d938abd2-8ed3-45a6-8f54-112775994433',NULL,'video_agent_json',NULL,0,1,NULL,'null',NULL,NULL,0,'video-agent','2d0a00fa-a590-4293-adc1-c1618d03927a');
INSERT INTO "workflow_status" VALUES('01a20964-ea15-7dcc-bfe6-02e27258bbf5','PENDING','run_job',NULL,NULL,NULL,NULL,NULL,NULL,'01a20964-e830-70a5-ad36-ef32a904b94c',1795453938000,1795453938000,'1',NULL,NULL,NULL,1,'jobs-studio',NULL,NULL,NULL,1795453938000,NULL,10,'before the answer was written down',NULL,'77889c09-07df-4e28-a935-e97d49540f85',NULL,'video_agent_json',NULL,0,1,NULL,'null',NULL,NULL,0,'video-agent','53861e62-4668-469a-a92e-4ddc159b556f');
INSERT INTO "workflow_status" VALUES('01a20964-ea19-7081-9d9f-3898fe06ff2c','PENDING','run_job',NULL,NULL,NULL,NULL,NULL,NULL,'01a20964-e830-70a5-ad36-ef32a904b94c',1795453938000,1795453938000,'1',NULL,NULL,NULL,1,'jobs-studio',NULL,NULL,NULL,1795453938000,NULL,10,'after send 1',NULL,'4f9263f9-ee72-48ca-9047-ae18129df372',NULL,'video_agent_json',NULL,0,1,NULL,'null',NULL,NULL,0,'video-agent','95967d43-7d79-4627-8db8-31c2a7df05e5');
INSERT INTO "workflow_status" VALUES('01a20964-ea1d-7608-9e53-fb740957395d','PENDING','run_job',NULL,NULL,NULL,NULL,NULL,NULL,'01a20964-e830-70a5-ad36-ef32a904b94c',1795453938000,1795453938000,'1',NULL,NULL,NULL,1,'jobs-studio',NULL,NULL,NULL,1795453938000,NULL,10,'before bring_home 1',NULL,'4acf0eb7-783e-4683-9d66-19f8961feb64',NULL,'video_agent_json',NULL,0,1,NULL,'null',NULL,NULL,0,'video-agent','b5872275-4e60-4bd1-94d0-58d0c1ebb3d3');
INSERT INTO "workflow_status" VALUES('01a20964-ea20-796f-bf21-1ea73392ad75','SUCCESS','run_job',NULL,NULL,NULL,NULL,NULL,NULL,'01a20964-e830-70a5-ad36-ef32a904b94c',1795453938000,1795453953000,'1',NULL,NULL,NULL,1,'jobs-studio',NULL,NULL,NULL,1795453938000,NULL,10,'after bring_home 1',NULL,NULL,NULL,'video_agent_json',NULL,0,1,1795453953000,'null',NULL,NULL,0,'video-agent','60f616e1-7123-4783-8e4a-fe8d7bb8d23f');
INSERT INTO "workflow_status" VALUES('01a20964-ea24-7828-9dd9-b7da8848ab8a','PENDING','run_job',NULL,NULL,NULL,NULL,NULL,NULL,'01a20964-e830-70a5-ad36-ef32a904b94c',1795453938000,1795453938000,'1',NULL,NULL,NULL,1,'jobs-studio',NULL,NULL,NULL,1795453938000,NULL,10,'before turn 2',NULL,'4d8b6da2-08cb-432f-9888-7e546a0d4009',NULL,'video_agent_json',NULL,0,1,NULL,'null',NULL,NULL,0,'video-agent','5bf46f94-1364-43d1-a9db-a17e31df9f8d');
INSERT INTO "workflow_status" VALUES('01a20964-ea27-732c-b8ad-4a37fb34eac3','PENDING','run_job',NULL,NULL,NULL,NULL,NULL,NULL,'01a20964-e830-70a5-ad36-ef32a904b94c',1795453938000,1795453938000,'1',NULL,NULL,NULL,1,'jobs-studio',NULL,NULL,NULL,1795453938000,NULL,10,'after turn 2',NULL,'a23c0b1a-1b35-4bf6-98a9-205a383cebbf',NULL,'video_agent_json',NULL,0,1,NULL,'null',NULL,NULL,0,'video-agent','9649fb4b-20fe-4a98-95eb-a353e7767a4e');
INSERT INTO "workflow_status" VALUES('01a20964-ea2a-7118-a3ce-bf334c8573f2','PENDING','run_job',NULL,NULL,NULL,NULL,NULL,NULL,'01a20964-e830-70a5-ad36-ef32a904b94c',1795453938000,1795453938000,'1',NULL,NULL,NULL,1,'jobs-studio',NULL,NULL,NULL,1795453938000,NULL,10,'before loudness',NULL,'214b07f3-8bbb-40b6-a871-439fd62f8e70',NULL,'video_agent_json',NULL,0,1,NULL,'null',NULL,NULL,0,'video-agent','1bedf568-34d4-4758-bfc0-ca1eafd6d63a');
INSERT INTO "workflow_status" VALUES('01a20964-ea2e-7848-b401-e9803192ec2f','PENDING','run_job',NULL,NULL,NULL,NULL,NULL,NULL,'01a20964-e830-70a5-ad36-ef32a904b94c',1795453938000,1795453938000,'1',NULL,NULL,NULL,1,'jobs-studio',NULL,NULL,NULL,1795453938000,NULL,10,'after thumbnail',NULL,'549ac3f3-fbd6-4bf9-8321-a1d455c4bd54',NULL,'video_agent_json',NULL,0,1,NULL,'null',NULL,NULL,0,'video-agent','1ce16ed9-b1fc-467e-8242-00a6588f71a3');
INSERT INTO "workflow_status" VALUES('01a20964-ea31-7fa0-aee1-67ff49eb6163','PENDING','run_job',NULL,NULL,NULL,NULL,NULL,NULL,'01a20964-e830-70a5-ad36-ef32a904b94c',1795453938000,1795453938000,'1',NULL,NULL,NULL,1,'jobs-studio',NULL,NULL,NULL,1795453938000,NULL,10,'before publish',NULL,'a0882da3-796c-4c73-a2ea-6832f6db6de6',NULL,'video_agent_json',NULL,0,1,NULL,'null',NULL,NULL,0,'video-agent','5cc7dc2c-836a-46ae-b692-bf6feb2a3d56');
INSERT INTO "workflow_status" VALUES('01a20964-ea34-7d8e-b031-735b46dee75d','PENDING','run_job',NULL,NULL,NULL,NULL,NULL,NULL,'01a20964-e830-70a5-ad36-ef32a904b94c',1795453938000,1795453938000,'1',NULL,NULL,NULL,1,'jobs-studio',NULL,NULL,NULL,1795453938000,NULL,10,'before send 2',NULL,'eeb4b018-b6bd-45d4-bfd9-0cfdc51dce14',NULL,'video_agent_json',NULL,0,1,NULL,'null',NULL,NULL,0,'video-agent','b0b8d69e-940f-44bf-85d9-d176d2ce564e');
INSERT INTO "workflow_status" VALUES('01a20964-ea37-70e9-bc4d-4e3fa5089a73','PENDING','run_job',NULL,NULL,NULL,NULL,NULL,NULL,'01a20964-e830-70a5-ad36-ef32a904b94c',1795453938000,1795453938000,'1',NULL,NULL,NULL,1,'jobs-studio',NULL,NULL,NULL,1795453938000,NULL,10,'before turn 3',NULL,'29a51ea5-aa33-45e1-a68e-4a2e07e55bd6',NULL,'video_agent_json',NULL,0,1,NULL,'null',NULL,NULL,0,'video-agent','e98339d7-e345-4c16-837d-6dc257ab277e');
INSERT INTO "workflow_status" VALUES('01a20965-04de-7b06-bf6e-c756cb518d9e','PENDING','run_generation',NULL,NULL,NULL,NULL,NULL,NULL,'01a20964-e830-70a5-ad36-ef32a904b94c',1795453946000,1795453947000,'1',NULL,NULL,NULL,1,'gen-studio-gemini-omni-1.2-flash',NULL,NULL,NULL,1795453947000,NULL,10,'before bring_home 1',NULL,'9e1920c8-d912-4fb1-92bb-95d3c1dddda4',NULL,'video_agent_json',NULL,0,1,NULL,'null',NULL,NULL,0,'video-agent','b7e362fe-fa4e-45ad-956f-4dbea5a8f98e');
INSERT INTO "workflow_status" VALUES('01a20965-0512-7572-b24c-14c304a7972d','PENDING','run_generation',NULL,NULL,NULL,NULL,NULL,NULL,'01a20964-e830-70a5-ad36-ef32a904b94c',1795453946000,1795453947000,'1',NULL,NULL,NULL,1,'gen-studio-gemini-omni-1.2-flash',NULL,NULL,NULL,1795453947000,NULL,10,'after bring_home 1',NULL,'95ccc4ff-5ae4-466e-abdd-cbedb002145f',NULL,'video_agent_json',NULL,0,1,NULL,'null',NULL,NULL,0,'video-agent','e30af57f-5ac7-4cf5-9645-9e0e9e0b29e4');
INSERT INTO "workflow_status" VALUES('01a20965-04ff-7c34-87ef-6213bb5afc35','SUCCESS','run_generation',NULL,NULL,NULL,NULL,NULL,NULL,'01a20964-e830-70a5-ad36-ef32a904b94c',1795453946000,1795453949000,'1',NULL,NULL,NULL,1,'gen-studio-gemini-omni-1.2-flash',NULL,NULL,NULL,1795453947000,NULL,10,'before send 2',NULL,NULL,NULL,'video_agent_json',NULL,0,1,1795453949000,'null',NULL,NULL,0,'video-agent','b5170651-eabd-4664-8f94-43e314bc78f6');
INSERT INTO "workflow_status" VALUES('01a20965-052b-7f2f-a371-307972abb6df','SUCCESS','run_generation',NULL,NULL,NULL,NULL,NULL,NULL,'01a20964-e830-70a5-ad36-ef32a904b94c',1795453946000,1795453949000,'1',NULL,NULL,NULL,1,'gen-studio-gemini-omni-1.2-flash',NULL,NULL,NULL,1795453947000,NULL,10,'after thumbnail',NULL,NULL,NULL,'video_agent_json',NULL,0,1,1795453949000,'null',NULL,NULL,0,'video-agent','4382b676-5fd0-4c90-bbab-8359d648560a');
INSERT INTO "workflow_status" VALUES('01a20965-0536-7c3f-95a9-4f8996cd38e5','PENDING','run_generation',NULL,NULL,NULL,NULL,NULL,NULL,'01a20964-e830-70a5-ad36-ef32a904b94c',1795453946000,1795453947000,'1',NULL,NULL,NULL,1,'gen-studio-gemini-omni-1.2-flash',NULL,NULL,NULL,1795453947000,NULL,10,'before send 1',NULL,'cf65d1c2-3409-4d3e-8468-4614835573d8',NULL,'video_agent_json',NULL,0,1,NULL,'null',NULL,NULL,0,'video-agent','7595ea4a-ae19-434e-8f0a-0d60f942a375');
INSERT INTO "workflow_status" VALUES('01a20965-0546-7234-9924-c1d96d37a63f','PENDING','run_generation',NULL,NULL,NULL,NULL,NULL,NULL,'01a20964-e830-70a5-ad36-ef32a904b94c',1795453946000,1795453947000,'1',NULL,NULL,NULL,1,'gen-studio-gemini-omni-1.2-flash',NULL,NULL,NULL,1795453947000,NULL,10,'before the answer was written down',NULL,'c53cb495-4477-4885-bbd1-8e875a366047',NULL,'video_agent_json',NULL,0,1,NULL,'null',NULL,NULL,0,'video-agent','015b0c0c-3e4f-43d1-8255-45054a2fff5b');
INSERT INTO "workflow_status" VALUES('01a20965-054c-7a26-9b4d-ba14d5b2f7f9','SUCCESS','run_generation',NULL,NULL,NULL,NULL,NULL,NULL,'01a20964-e830-70a5-ad36-ef32a904b94c',1795453946000,1795453949000,'1',NULL,NULL,NULL,1,'gen-studio-gemini-omni-1.2-flash',NULL,NULL,NULL,1795453947000,NULL,10,'before publish',NULL,NULL,NULL,'video_agent_json',NULL,0,1,1795453949000,'null',NULL,NULL,0,'video-agent','0bec6f84-a4bc-4a12-abfc-4470f8899fa6');
INSERT INTO "workflow_status" VALUES('01a20965-0550-79a3-869a-3da3766903ee','PENDING','run_generation',NULL,NULL,NULL,NULL,NULL,NULL,'01a20964-e830-70a5-ad36-ef32a904b94c',1795453946000,1795453947000,'1',NULL,NULL,NULL,1,'gen-studio-gemini-omni-1.2-flash',NULL,NULL,NULL,1795453947000,NULL,10,'after send 1',NULL,'867091cd-384a-4406-ad49-da37c4d52802',NULL,'video_agent_json',NULL,0,1,NULL,'null',NULL,NULL,0,'video-agent','41af6890-54b8-4625-8f1c-33a4e731f7af');
INSERT INTO "workflow_status" VALUES('01a20965-0555-771c-8078-1b3cc6b88cb0','SUCCESS','run_generation',NULL,NULL,NULL,NULL,NULL,NULL,'01a20964-e830-70a5-ad36-ef32a904b94c',1795453946000,1795453949000,'1',NULL,NULL,NULL,1,'gen-studio-gemini-omni-1.2-flash',NULL,NULL,NULL,1795453947000,NULL,10,'after turn 2',NULL,NULL,NULL,'video_agent_json',NULL,0,1,1795453949000,'null',NULL,NULL,0,'video-agent','a2dc545f-f4b5-4270-b138-87347674a0ee');
INSERT INTO "workflow_status" VALUES('01a20965-055b-7865-8d3d-19bf606c762c','SUCCESS','run_generation',NULL,NULL,NULL,NULL,NULL,NULL,'01a20964-e830-70a5-ad36-ef32a904b94c',1795453946000,1795453949000,'1',NULL,NULL,NULL,1,'gen-studio-gemini-omni-1.2-flash',NULL,NULL,NULL,1795453947000,NULL,10,'before turn 3',NULL,NULL,NULL,'video_agent_json',NULL,0,1,1795453949000,'null',NULL,NULL,0,'video-agent','641a4ea7-669b-4287-82a2-e3db91cb4a48');
INSERT INTO "workflow_status" VALUES('01a20965-055f-799c-80e6-8a42d08a3b97','SUCCESS','run_generation',NULL,NULL,NULL,NULL,NULL,NULL,'01a20964-e830-70a5-ad36-ef32a904b94c',1795453946000,1795453949000,'1',NULL,NULL,NULL,1,'gen-studio-gemini-omni-1.2-flash',NULL,NULL,NULL,1795453947000,NULL,10,'before loudness',NULL,NULL,NULL,'video_agent_json',NULL,0,1,1795453949000,'null',NULL,NULL,0,'video-agent','444104c9-4359-4443-b745-a14206b4d47a');
INSERT INTO "workflow_status" VALUES('01a20965-057b-71dd-9370-fdea91caaa44','PENDING','run_generation',NULL,NULL,NULL,NULL,NULL,NULL,'01a20964-e830-70a5-ad36-ef32a904b94c',1795453946000,1795453947000,'1',NULL,NULL,NULL,1,'gen-studio-gemini-omni-1.2-flash',NULL,NULL,NULL,1795453947000,NULL,10,'before the request left',NULL,'5dd528e1-d010-4451-a9c4-4de94b08b5d0',NULL,'video_agent_json',NULL,0,1,NULL,'null',NULL,NULL,0,'video-agent','21c35a5a-1cf5-4412-97e6-4171ec503737');
INSERT INTO "workflow_status" VALUES('01a20965-0595-7982-99f8-92df11b3e198','SUCCESS','run_generation',NULL,NULL,NULL,NULL,NULL,NULL,'01a20964-e830-70a5-ad36-ef32a904b94c',1795453946000,1795453949000,'1',NULL,NULL,NULL,1,'gen-studio-gemini-omni-1.2-flash',NULL,NULL,NULL,1795453947000,NULL,10,'before turn 2',NULL,NULL,NULL,'video_agent_json',NULL,0,1,1795453949000,'null',NULL,NULL,0,'video-agent','fceb6cce-d440-4775-8372-5f62b9b5f2f5');
INSERT INTO "workflow_status" VALUES('01a20965-2574-7f80-9ed3-6f85876273cf','PENDING','run_generation',NULL,NULL,NULL,NULL,NULL,NULL,'01a20964-e830-70a5-ad36-ef32a904b94c',1795453953000,1795453954000,'1',NULL,NULL,NULL,1,'gen-studio-gemini-omni-1.2-flash',NULL,NULL,NULL,1795453954000,NULL,10,'before send 2',NULL,'b57f89b0-9a30-4a92-9aaf-85dd09401bb7',NULL,'video_agent_json',NULL,0,1,NULL,'null',NULL,NULL,0,'video-agent','f8eac214-0882-40d2-a00d-d9ff99200c0a');
INSERT INTO "workflow_status" VALUES('01a20965-2455-729f-a697-0aeda9e525ab','SUCCESS','run_generation',NULL,NULL,NULL,NULL,NULL,NULL,'01a20964-e830-70a5-ad36-ef32a904b94c',1795453953000,1795453954000,'1',NULL,NULL,NULL,1,'gen-studio-gemini-omni-1.2-flash',NULL,NULL,NULL,1795453954000,NULL,10,'before turn 3',NULL,NULL,NULL,'video_agent_json',NULL,0,1,1795453954000,'null',NULL,NULL,0,'video-agent','509446b5-bf05-42e7-9219-c6a976de3781');
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
