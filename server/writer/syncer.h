/*
 * syncer.h: what was decided and committed waits here until the journal is on disk, then it is answered.
 *
 * Its thread syncs while the writer decides the next batch, so that neither waits for the other. What it takes in while it
 * syncs is answered after the next sync. A read that may have seen more than is on disk waits here too: nothing leaves the
 * server that a power cut could take back.
 */
#pragma once

#include "server/writer/queue.h"
#include "server/writer/writer.h"

struct syncer;

/* `options`: journal and on_batch are used, on the syncer's thread. `queue`: hears of what is answered. */
int syncer_start(struct syncer **out, const struct writer_options *options, struct queue *queue);
/* Answers what waits, joins. Accepts NULL. */
struct syncer *syncer_stop(struct syncer *syncer);

/* The writer's, between the journal's write and the commit that shows it to readers. NULL: whoever calls syncs itself. */
void syncer_written(struct syncer *syncer);
/* A batch's answers, in order; the list is empty afterwards. `changed`: see on_batch. */
void syncer_add(struct syncer *syncer, struct request_list *answered, bool changed);
/* True: everything is on disk. False: the request was taken over until its on_answer. Any thread. */
bool syncer_settled(struct syncer *syncer, struct request *request);
