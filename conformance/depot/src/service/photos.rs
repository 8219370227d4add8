//! Photos, which come by themselves or as a part of a form.

use depot_api::operations::{
    AddPhotoBody, AddPhotoParameters, DeletePhotoParameters, GetPhotoParameters,
};
use depot_api::responses::AddPhotoCreated;
use depot_api::server::{AddPhotoResponse, Context, DeletePhotoResponse, GetPhotoResponse, Photos};
use depot_api::types::Photo;

use super::refusal::not_valid;
use super::{Caller, Depot, missing, permits};
use crate::state::{Company, StoredPhoto};

/// As much as the router takes of a body.
const LARGEST: usize = 1 << 20;

impl Photos for Depot {
    permits!(authorize_add_photo(AddPhotoParameters) -> AddPhotoResponse);

    async fn add_photo(
        &self,
        caller: Caller,
        parameters: AddPhotoParameters,
        body: AddPhotoBody,
        _: &Context,
    ) -> AddPhotoResponse {
        let item_id = parameters.item_id;
        let (file, caption) = match body {
            AddPhotoBody::Png(bytes) => (bytes, None),
            AddPhotoBody::FormData(parts) => (parts.file.bytes, parts.caption),
        };
        let Ok(bytes) = file.collect(LARGEST).await else {
            return not_valid("/body", "the photo is too large, or broke off").into();
        };
        self.with(&caller, |company, clock| {
            if !company.items.contains_key(&item_id) {
                return AddPhotoResponse::NotFound(missing("item"));
            }
            let id = clock.id();
            let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
            let info = Photo { id, size, caption };
            company.photos.insert(id, StoredPhoto { item_id, info: info.clone(), bytes });
            let location = format!("/items/{item_id}/photos/{id}");
            AddPhotoResponse::Created(AddPhotoCreated { location, body: info })
        })
    }

    async fn get_photo(
        &self,
        caller: Caller,
        parameters: GetPhotoParameters,
        _: &Context,
    ) -> GetPhotoResponse {
        let GetPhotoParameters { item_id, photo_id } = parameters;
        self.with(&caller, |company, _| match find(company, item_id, photo_id) {
            Some(photo) => GetPhotoResponse::Ok(photo.bytes.clone().into()),
            None => GetPhotoResponse::NotFound(missing("photo")),
        })
    }

    permits!(authorize_delete_photo(DeletePhotoParameters) -> DeletePhotoResponse);

    async fn delete_photo(
        &self,
        caller: Caller,
        parameters: DeletePhotoParameters,
        _: &Context,
    ) -> DeletePhotoResponse {
        let DeletePhotoParameters { item_id, photo_id } = parameters;
        self.with(&caller, |company, _| {
            if find(company, item_id, photo_id).is_none() {
                return DeletePhotoResponse::NotFound(missing("photo"));
            }
            company.photos.remove(&photo_id);
            DeletePhotoResponse::NoContent
        })
    }
}

fn find(company: &Company, item_id: i64, photo_id: i64) -> Option<&StoredPhoto> {
    company.photos.get(&photo_id).filter(|it| it.item_id == item_id)
}
