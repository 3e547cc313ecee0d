/*
 * request.c: how a handler answers: once.
 */
#include "server/request/request.h"

#include "common/base/check.h"

void request_reply(struct request *request, const ProtobufCMessage *reply, uint16_t flags)
{
    CHECK(!request->reply && !request->error);
    request->reply = reply;
    request->reply_flags = flags;
}

int request_refuse(struct request *request, enum error_code code, const char *detail_nl, const char *detail_en)
{
    CHECK(!request->reply && !request->error);
    request->error = error_new(request->arena, code, detail_nl, detail_en);
    return 0;
}

void request_forget(struct request *request)
{
    request->reply = NULL;
    request->reply_flags = 0;
    request->error = NULL;
    request->work = NULL;
    request->edits = 0;
}
