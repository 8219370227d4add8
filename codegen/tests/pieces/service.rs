//! A service that gives back what it gets.

use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use media_api::operations::*;
use media_api::responses::*;
use media_api::runtime::{ByteStream, Event, Field, ItemStream, Media};
use media_api::server::*;
use media_api::types::*;
use tokio::sync::Notify;

/// Notes how far it has come.
#[derive(Default)]
pub(crate) struct Scripted {
    /// How many pieces have been made.
    pub(crate) made: AtomicUsize,
    /// Lets the next piece be made.
    pub(crate) next: Notify,
}

pub(crate) fn news(number: i32) -> News {
    News { text: format!("news {number}"), number: Some(number) }
}

fn problem(title: &str) -> Problem {
    Problem { title: title.to_owned() }
}

impl Service for Scripted {
    type Caller = String;

    async fn authenticate(
        &self,
        credentials: Credentials,
        _: &Context,
    ) -> Result<String, AuthenticationError> {
        let (Credentials::Session { key } | Credentials::Key { key } | Credentials::Token { key }) =
            credentials;
        Ok(key)
    }

    fn trouble(&self, refusal: &Refusal<'_>) -> Trouble {
        super::callbacks::trouble(refusal.status(), refusal.message())
    }

    fn problem(&self, refusal: &Refusal<'_>) -> Problem {
        let places: Vec<String> = refusal.violations().iter().map(|v| v.pointer()).collect();
        problem(format!("{} {}", refusal.message(), places.join(" ")).trim())
    }
}

impl Alternatives for Scripted {
    async fn choose(&self, body: Choices, _: &Context) -> ChooseResponse {
        ChooseResponse::Ok(body)
    }
}

impl Directions for Scripted {
    async fn open(&self, body: AccountRequest, _: &Context) -> OpenResponse {
        let owner = Profile { name: body.owner.name, ..super::directions::profile() };
        // What only clients send is theirs.
        OpenResponse::Ok(Account { id: 1, name: body.name, password: None, owner })
    }

    async fn get_profile(&self, _: &Context) -> GetProfileResponse {
        GetProfileResponse::Ok(super::directions::profile())
    }

    async fn put_profile(&self, body: ProfileRequest, _: &Context) -> PutProfileResponse {
        PutProfileResponse::Ok(serde_json::to_value(body).unwrap())
    }
}

impl Streams for Scripted {
    async fn follow_news(
        &self,
        parameters: FollowNewsParameters,
        _: &Context,
    ) -> FollowNewsResponse {
        let count = parameters.count.unwrap_or(3);
        let named = |number: i32| Event {
            event: Some("news".to_owned()),
            id: Some(number.to_string()),
            retry: None,
            data: news(number),
        };
        match count {
            0 => FollowNewsResponse::NotFound(problem("no news")),
            // A stream that fails on its way.
            99 => {
                let items = [Ok(named(1)), Err("the source is gone")];
                let items = stream::iter(items).then(|item| async {
                    // So that what was there before is sent.
                    tokio::task::yield_now().await;
                    item
                });
                FollowNewsResponse::Ok(ItemStream::of_results(items))
            }
            _ => FollowNewsResponse::Ok(ItemStream::new(stream::iter((0..count).map(named)))),
        }
    }

    async fn follow_ticks(&self, _: &Context) -> FollowTicksResponse {
        let tick =
            |event, data: &str| Tick { event, data: data.to_owned(), id: None, retry: Some(5) };
        let ticks = [tick(TickEvent::Tick, "a"), tick(TickEvent::Tock, "b\nc")];
        FollowTicksResponse::Ok(ticks.into_iter().collect())
    }

    async fn follow_words(&self, context: &Context) -> FollowWordsResponse {
        let words = ["one", "{\"not\": json"].map(str::to_owned);
        let told = context.extensions().get::<String>().cloned();
        FollowWordsResponse::Ok(words.into_iter().chain(told).map(Event::from).collect())
    }

    async fn copy_lines(&self, body: ItemStream<News>, _: &Context) -> CopyLinesResponse {
        // Each line goes back as soon as it has come.
        CopyLinesResponse::Ok(ItemStream::new(body.map(|item| match item {
            Ok(news) => news,
            Err(error) => News { text: format!("{error:.30}"), number: None },
        })))
    }

    async fn list_records(&self, _: &Context) -> ListRecordsResponse {
        ListRecordsResponse::Ok([1, -2, i64::MAX].into_iter().collect())
    }

    async fn put_file(
        &self,
        _: PutFileParameters,
        mut body: ByteStream,
        _: &Context,
    ) -> PutFileResponse {
        let mut size = 0;
        while let Ok(Some(chunk)) = body.chunk().await {
            size += chunk.len();
            self.made.store(size, Ordering::SeqCst);
            self.next.notify_one();
        }
        PutFileResponse::Ok(i64::try_from(size).unwrap())
    }

    async fn get_file(&self, parameters: GetFileParameters, _: &Context) -> GetFileResponse {
        if parameters.name == "slow" {
            return std::future::pending().await;
        }
        if parameters.name == "none" {
            return GetFileResponse::NotFound(problem("none"));
        }
        let chunks = (0..64).map(|_| Ok::<_, std::io::Error>(Bytes::from(vec![b'x'; 1 << 14])));
        GetFileResponse::Ok(GetFileOk {
            x_name: parameters.name,
            body: ByteStream::new(stream::iter(chunks)),
        })
    }

    async fn put_picture(
        &self,
        body: Option<Media<ByteStream>>,
        _: &Context,
    ) -> PutPictureResponse {
        let empty = || Media { media_type: "image/none".to_owned(), bytes: "".into() };
        PutPictureResponse::Ok(body.unwrap_or_else(empty))
    }

    async fn send_form(&self, body: SendFormRequestBody, _: &Context) -> SendFormResponse {
        SendFormResponse::Ok(vec![format!("{body:?}")])
    }

    async fn send_report(&self, _: SendReportParts, _: &Context) -> SendReportResponse {
        SendReportResponse::NoContent
    }

    async fn upload(&self, body: UploadParts, _: &Context) -> UploadResponse {
        let UploadParts { title, source, tags, about, file, thumbnail, more } = body;
        let mut seen =
            vec![format!("{title} {source} {tags:?} {:?}", about.map(|about| about.text))];
        for file in std::iter::once(file).chain(thumbnail).chain(more) {
            let bytes = file.bytes.collect(usize::MAX).await.unwrap();
            let name = file.file_name.unwrap_or_default();
            seen.push(format!("{name} {} {}", file.media_type, String::from_utf8_lossy(&bytes)));
        }
        UploadResponse::Ok(seen)
    }

    async fn send_scan(&self, body: SendScanParts, _: &Context) -> SendScanResponse {
        let SendScanParts { page, page_x_turn, page_x_words, note, note_x_language, more } = body;
        let bytes = page.bytes.collect(100).await.unwrap();
        SendScanResponse::Ok(vec![
            format!("{} {page_x_turn:?} {page_x_words:?}", String::from_utf8_lossy(&bytes)),
            format!("{note:?} {note_x_language:?} {}", more.len()),
        ])
    }

    async fn add_album(&self, body: AddAlbumParts, _: &Context) -> AddAlbumResponse {
        let AddAlbumParts { pictures, captions, cover, words, anything } = body;
        let captions: Vec<_> = captions.into_iter().flatten().map(|news| news.text).collect();
        let counts = format!("{} {} {captions:?}", pictures.len(), cover.len());
        let words = format!("{:?} {anything:?}", Vec::from(words));
        AddAlbumResponse::Ok(vec![counts, words])
    }

    async fn get_document(
        &self,
        parameters: GetDocumentParameters,
        context: &Context,
    ) -> GetDocumentResponse {
        let bytes = |media_type: &str| Media {
            media_type: media_type.to_owned(),
            bytes: ByteStream::from("bytes"),
        };
        match &*parameters.kind {
            "json" => GetDocumentResponse::Ok(GetDocumentOkBody::Json(news(1))),
            "text" => GetDocumentResponse::Ok(GetDocumentOkBody::Text("hello".to_owned())),
            "asked" => {
                let accept = context.headers()["accept"].to_str().unwrap().to_owned();
                GetDocumentResponse::Ok(GetDocumentOkBody::Text(accept))
            }
            "later" => GetDocumentResponse::Accepted(news(2)),
            "other" => GetDocumentResponse::Success(GetDocumentSuccess {
                status: http::StatusCode::CREATED,
                body: bytes("application/json"),
            }),
            kind => GetDocumentResponse::Ok(GetDocumentOkBody::Any(bytes(kind))),
        }
    }

    async fn send_amounts(&self, body: Amounts, _: &Context) -> SendAmountsResponse {
        SendAmountsResponse::Ok(body)
    }

    /// Says what it was told that the body is.
    async fn send_anything(&self, body: News, context: &Context) -> SendAnythingResponse {
        let told = context.headers()["content-type"].to_str().unwrap().to_owned();
        SendAnythingResponse::Ok(News { text: told, ..body })
    }

    async fn send_patch(&self, body: News, context: &Context) -> SendPatchResponse {
        let told = context.headers()["content-type"].to_str().unwrap().to_owned();
        SendPatchResponse::Ok(News { text: told, ..body })
    }

    async fn answer_question(&self, body: Question, _: &Context) -> AnswerQuestionResponse {
        AnswerQuestionResponse::Ok(if body.stream {
            let words =
                body.text.split(' ').map(|word| News { text: word.to_owned(), number: None });
            let words: Vec<_> = words.map(Event::from).collect();
            AnswerQuestionOkBody::Events(words.into_iter().collect())
        } else {
            AnswerQuestionOkBody::Json(News { text: body.text, number: None })
        })
    }
}

/// Seven items, three a page, from this one on.
fn page(from: i32) -> Vec<News> {
    (from..7).take(3).map(news).collect()
}

impl Pages for Scripted {
    async fn list_by_link(
        &self,
        parameters: ListByLinkParameters,
        context: &Context,
    ) -> ListByLinkResponse {
        let start = parameters.start.unwrap_or(0);
        let link = match start {
            0 => Some("</pages/links?start=0>; rel=first, <?start=3>; rel=\"next\"".to_owned()),
            3 => {
                // As most servers write it; only they know by which name they are called.
                let host = context.headers()["host"].to_str().unwrap();
                Some(format!("<http://{host}/pages/links?start=6>; rel=\"next\""))
            }
            6 => Some("</pages/links?start=0>; rel=first".to_owned()),
            _ => Some("<http://127.0.0.1:9/elsewhere>; rel=next".to_owned()),
        };
        ListByLinkResponse::Ok(ListByLinkOk { link, body: page(start) })
    }

    async fn list_by_url(&self, parameters: ListByUrlParameters, _: &Context) -> ListByUrlResponse {
        let start = parameters.start.map_or(0, |start| start.parse().unwrap());
        let next = match start {
            0 => Some("/pages/urls?start=3".to_owned()),
            3 => Some("?start=6".to_owned()),
            _ => None,
        };
        let links = ListByUrlOkBodyLinks { next };
        ListByUrlResponse::Ok(ListByUrlOkBody { news: page(start), links })
    }

    async fn list_by_token(
        &self,
        parameters: ListByTokenParameters,
        _: &Context,
    ) -> ListByTokenResponse {
        let from = parameters.page_token.map_or(0, |token| token.parse().unwrap());
        let next_page_token = if from < 6 { (from + 3).to_string() } else { String::new() };
        ListByTokenResponse::Ok(ListByTokenOkBody { news: page(from), next_page_token })
    }

    async fn list_by_offset(
        &self,
        parameters: ListByOffsetParameters,
        _: &Context,
    ) -> ListByOffsetResponse {
        let news = page(parameters.offset.unwrap_or(0)).into();
        ListByOffsetResponse::Ok(ListByOffsetOkBody { news })
    }

    async fn list_by_number(
        &self,
        parameters: ListByNumberParameters,
        _: &Context,
    ) -> ListByNumberResponse {
        let number = i32::try_from(parameters.p.unwrap_or(0)).unwrap();
        ListByNumberResponse::Ok(ListByNumberOkBody { news: page(3 * number), others: Vec::new() })
    }

    async fn list_after(&self, parameters: ListAfterParameters, _: &Context) -> ListAfterResponse {
        let after = parameters.after.map(|id| id.parse().unwrap());
        let (from, has_more) = match after {
            // It doesn't say that there is no more, and repeats itself.
            Some(20) => (7, None),
            Some(after) if after >= 10 => (after - 9, None),
            after => (after.map_or(0, |last: i32| last + 1), Some(after != Some(5))),
        };
        let news = page(from);
        let last = news.last().and_then(|news| news.number).unwrap_or(10);
        let last_id = if has_more.is_none() { 20.min(last + 10) } else { last };
        ListAfterResponse::Ok(ListAfterOkBody { news, last_id, has_more })
    }

    async fn list_by_last(
        &self,
        parameters: ListByLastParameters,
        _: &Context,
    ) -> ListByLastResponse {
        let after = parameters.starting_after.map(|id| String::from(id).parse::<i32>().unwrap());
        let from = after.map_or(0, |last| last + 1);
        let body = ListByLastOkBody { news: page(from), others: Vec::new(), has_more: from < 6 };
        ListByLastResponse::Ok(body)
    }

    async fn list_within(
        &self,
        parameters: ListWithinParameters,
        _: &Context,
    ) -> ListWithinResponse {
        let from = parameters.place.map_or(0, |place| String::from(place).parse().unwrap());
        let place = (from < 6).then(|| Place::from((from + 3).to_string()));
        let next = Field::from_nullable(place.map(|place| ListWithinOkBodyMetaNext { place }));
        let meta = ListWithinOkBodyMeta { next };
        ListWithinResponse::Ok(ListWithinOkBody { news: page(from), meta })
    }
}

impl Methods for Scripted {
    async fn get_shelf(&self, _: &Context) -> GetShelfResponse {
        GetShelfResponse::Ok(vec!["all".to_owned()])
    }

    async fn search_shelf(&self, body: Search, _: &Context) -> SearchShelfResponse {
        SearchShelfResponse::Ok(body.words.unwrap_or_default())
    }

    async fn sort_shelf(&self, parameters: SortShelfParameters, _: &Context) -> SortShelfResponse {
        let Order { by, limit, from } = parameters.order;
        let others = [limit.map(|limit| limit.to_string()), from];
        SortShelfResponse::Ok(by.into_iter().chain(others.into_iter().flatten()).collect())
    }

    async fn get_thing(&self, parameters: GetThingParameters, _: &Context) -> GetThingResponse {
        match &*parameters.id {
            "same" => GetThingResponse::NotModified(ThingNotModified { x_count: 5 }),
            "moved" => GetThingResponse::TemporaryRedirect(GetThingTemporaryRedirect {
                location: "/things/7".to_owned(),
            }),
            _ => GetThingResponse::Ok(Thing { x_count: 5, body: news(5) }),
        }
    }

    async fn head_thing(&self, parameters: HeadThingParameters, _: &Context) -> HeadThingResponse {
        match &*parameters.id {
            "none" => HeadThingResponse::NotFound,
            _ => HeadThingResponse::Ok(ThingNotModified { x_count: 5 }),
        }
    }

    async fn drop_thing(&self, _: DropThingParameters, _: &Context) -> DropThingResponse {
        DropThingResponse::NoContent
    }

    /// Answers with this status.
    async fn reset_thing(
        &self,
        parameters: ResetThingParameters,
        _: &Context,
    ) -> ResetThingResponse {
        match parameters.id.parse().unwrap() {
            205 => ResetThingResponse::ResetContent(ThingNotModified { x_count: 5 }),
            status => ResetThingResponse::Success(ResetThingSuccess {
                status: http::StatusCode::from_u16(status).unwrap(),
                body: news(5),
            }),
        }
    }

    async fn link_shelf(&self, _: &Context) -> LinkShelfResponse {
        LinkShelfResponse::NoContent
    }
}

impl Paths for Scripted {
    async fn list_ordered(
        &self,
        parameters: ListOrderedParameters,
        _: &Context,
    ) -> ListOrderedResponse {
        ListOrderedResponse::Ok(format!("items of {}", parameters.id))
    }

    async fn list_all_ordered(
        &self,
        parameters: ListAllOrderedParameters,
        _: &Context,
    ) -> ListAllOrderedResponse {
        ListAllOrderedResponse::Ok(format!("all of {}", parameters.id))
    }

    async fn get_ordered(
        &self,
        parameters: GetOrderedParameters,
        _: &Context,
    ) -> GetOrderedResponse {
        GetOrderedResponse::Ok(format!("{} of {}", parameters.part, parameters.id))
    }

    async fn get_size(&self, parameters: GetSizeParameters, _: &Context) -> GetSizeResponse {
        GetSizeResponse::Ok(format!("size of {}", parameters.id))
    }

    async fn list_my_files(&self, _: &Context) -> ListMyFilesResponse {
        ListMyFilesResponse::Ok("my files".to_owned())
    }

    async fn get_cafe(&self, parameters: GetCafeParameters, _: &Context) -> GetCafeResponse {
        GetCafeResponse::Ok(format!("café {}", parameters.id))
    }

    async fn get_all(&self, _: &Context) -> GetAllResponse {
        GetAllResponse::Ok("all".to_owned())
    }
}
