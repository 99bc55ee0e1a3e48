// A pipe must be freed only once, even if its event sink calls the pipe's termination again.
//
// No packet is known to cause this, so this program does it inside the process. When the pipe tells
// the sink that it has terminated, the sink passes the peer's acknowledgement to the pipe a second
// time. The address sanitizer or the allocator detects a double free and ends the program.

#include "precompiled.hpp"

#include "command.hpp"
#include "ctx.hpp"
#include "msg.hpp"
#include "object.hpp"
#include "pipe.hpp"

#include <stdio.h>

namespace
{
class parent_t : public zmq::object_t
{
  public:
    explicit parent_t (zmq::ctx_t *ctx_) : zmq::object_t (ctx_, zmq::ctx_t::term_tid) {}
};

zmq::command_t command (zmq::command_t::type_t type)
{
    zmq::command_t cmd;
    cmd.destination = nullptr;
    cmd.type = type;
    return cmd;
}

class sink_t : public zmq::i_pipe_events
{
  public:
    void read_activated (zmq::pipe_t *) override {}
    void write_activated (zmq::pipe_t *) override {}
    void hiccuped (zmq::pipe_t *) override {}
    void pipe_terminated (zmq::pipe_t *pipe_) override
    {
        if (++times == 1)
            pipe_->process_command (command (zmq::command_t::pipe_term_ack));
    }

    int times = 0;
};
}

int main ()
{
    // The pipe's commands go to the mailbox for the context's termination, which no thread
    // reads. That mailbox exists only after a socket was created.
    zmq::ctx_t *const ctx = new zmq::ctx_t;
    if (!ctx->create_socket (ZMQ_PAIR))
        return 1;
    parent_t parent (ctx);
    zmq::object_t *parents[2] = {&parent, &parent};
    zmq::pipe_t *pipes[2];
    const int hwms[2] = {0, 0};
    const bool conflate[2] = {false, false};
    if (zmq::pipepair (parents, pipes, hwms, conflate) != 0)
        return 1;

    sink_t sink;
    pipes[0]->set_event_sink (&sink);
    pipes[0]->set_nodelay ();
    // The peer requests the termination, gets the reply, and acknowledges it.
    pipes[0]->process_command (command (zmq::command_t::pipe_term));
    pipes[0]->process_command (command (zmq::command_t::pipe_term_ack));
    if (sink.times != 1) {
        fprintf (stderr, "the sink was told %d times\n", sink.times);
        return 1;
    }
    puts ("the pipe was freed once");
    fflush (stdout);
    // Exit at once: nothing has freed the other end of the pipe, or read the commands to it.
    _Exit (0);
}
